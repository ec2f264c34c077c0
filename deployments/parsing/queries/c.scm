(parameter_list (variadic_parameter) @param.rest) @params
