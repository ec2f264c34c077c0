(comment) @comment

(using_directive [(identifier) (qualified_name)] @module .) @import
(using_directive name: (_) @symbol)

(method_declaration returns: (_) @returns name: (_) @name parameters: (_) @params) @function
(local_function_statement type: (_) @returns name: (_) @name parameters: (_) @params) @function
(constructor_declaration name: (_) @name parameters: (_) @params) @function
(destructor_declaration "~" @prefix name: (_) @name parameters: (_) @params) @function
(operator_declaration type: (_) @returns "operator" @prefix operator: _ @name parameters: (_) @params) @function
(conversion_operator_declaration "operator" @prefix type: (_) @name parameters: (_) @params) @function
(indexer_declaration type: (_) @returns "this" @name parameters: (_) @params) @function
(delegate_declaration type: (_) @returns name: (_) @name parameters: (_) @params) @function
(method_declaration (modifier "async") @async)
(local_function_statement (modifier "async") @async)
(class_declaration name: (_) @name) @class
(interface_declaration name: (_) @name) @class
(struct_declaration name: (_) @name) @class
(record_declaration name: (_) @name) @class
(enum_declaration name: (_) @name) @class
(base_list [(identifier) (generic_name) (qualified_name) (predefined_type)] @base)
(base_list (primary_constructor_base_type type: (_) @base))
(namespace_declaration name: (_) @name) @scope

(attribute) @decorator

(_ (parameter type: (_) @type name: (_) @name) @param) @params
((parameter (modifier) @qualifier) @param (#not-eq? @qualifier "this"))
(parameter name: (_) . (_) @default) @param
(parameter_list type: (_) @type name: (_) @param.rest) @params

(invocation_expression function: (member_access_expression
  expression: (_) @receiver name: [(identifier) @method (generic_name . (identifier) @method)]))
(invocation_expression function: (conditional_access_expression condition: (_) @receiver
  (member_binding_expression name: [(identifier) @method (generic_name . (identifier) @method)])))
(object_creation_expression type: (_) @new)
