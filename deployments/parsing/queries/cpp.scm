(using_declaration (qualified_identifier) @module) @import

(function_declarator declarator: [(field_identifier) (destructor_name) (operator_name)] @name parameters: (_) @params)
(function_declarator declarator: (qualified_identifier scope: (_) @owner name: (_) @name) parameters: (_) @params)
(field_declaration type: (_) @returns declarator: (function_declarator)) @prototype
(field_declaration type: (_) @returns declarator: (_ (function_declarator))) @prototype
(field_declaration type: (_) @returns declarator: (_ (_ (function_declarator)))) @prototype
(declaration type: (_) @returns declarator: (reference_declarator (function_declarator))) @prototype
(function_declarator (trailing_return_type (_) @result))
(declaration declarator: (operator_cast)) @prototype
(function_definition declarator: (qualified_identifier scope: (_) @owner name: (operator_cast)))
(operator_cast "operator" @prefix type: (_) @name @whole)
(class_specifier name: (_) @name body: (_)) @class
(base_class_clause [(type_identifier) (template_type) (qualified_identifier)] @base)
(template_declaration parameters: (_) @lead)
(namespace_definition name: (_) @name) @scope

(parameter_list (optional_parameter_declaration type: (_) @type default_value: (_) @default) @param) @params
(optional_parameter_declaration declarator: (identifier) @name) @param
(optional_parameter_declaration declarator: (_ (identifier) @name)) @param
(parameter_declaration declarator: (reference_declarator (identifier) @name)) @param
(optional_parameter_declaration (type_qualifier) @qualifier type: (_)) @param
(parameter_list (variadic_parameter_declaration type: (_) @type) @param.rest) @params
(variadic_parameter_declaration declarator: (variadic_declarator (identifier) @name)) @param.rest
(variadic_parameter_declaration declarator: (_ (variadic_declarator (identifier) @name))) @param.rest

(call_expression function: (qualified_identifier scope: (_) @receiver name: (_) @method))
(new_expression type: (_) @new)
