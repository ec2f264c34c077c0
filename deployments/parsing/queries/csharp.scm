(comment) @comment

(using_directive [(identifier) (qualified_name)] @module .) @import
(using_directive name: (_) @symbol)

(method_declaration returns: (_) @returns name: (_) @name parameters: (_) @params) @function
(local_function_statement type: (_) @returns name: (_) @name parameters: (_) @params) @function
(constructor_declaration name: (_) @name parameters: (_) @params) @function
(destructor_declaration name: (_) @name parameters: (_) @params) @function
(delegate_declaration type: (_) @returns name: (_) @name parameters: (_) @params) @function
(method_declaration (modifier "async") @async)
(local_function_statement (modifier "async") @async)
(class_declaration name: (_) @name) @class
(interface_declaration name: (_) @name) @class
(struct_declaration name: (_) @name) @class
(record_declaration name: (_) @name) @class
(enum_declaration name: (_) @name) @class
(base_list (_) @base)
(namespace_declaration name: (_) @name) @scope

(attribute) @decorator

(parameter_list (parameter type: (_) @type name: (_) @name) @param) @params
(parameter name: (_) . (_) @default) @param
(parameter_list type: (_) @type name: (_) @param.rest) @params

(invocation_expression function: (member_access_expression
  expression: (_) @receiver name: [(identifier) @method (generic_name . (identifier) @method)]))
(object_creation_expression type: (_) @new)
