(function_signature name: (_) @name parameters: (_) @params) @function
(interface_body (method_signature name: (_) @name parameters: (_) @params) @function)
(class_body (method_signature name: (_) @name parameters: (_) @params) @function)
(abstract_method_signature name: (_) @name parameters: (_) @params) @function
(class_body (public_field_definition name: (_) @name value: [
  (arrow_function parameters: (_) @params)
  (function_expression parameters: (_) @params)]) @function)
(public_field_definition value: (_ "async" @async))
(function_declaration return_type: (_ (_) @returns))
(generator_function_declaration return_type: (_ (_) @returns))
(function_signature return_type: (_ (_) @returns))
(class_body (_ return_type: (_ (_) @returns)))
(interface_body (_ return_type: (_ (_) @returns)))
(public_field_definition value: (_ return_type: (_ (_) @returns)))
(variable_declarator value: (_ return_type: (_ (_) @returns)))
(_ ["=" "default"] . (object [(_ return_type: (_ (_) @returns)) (pair value: (_ return_type: (_ (_) @returns)))]))

(import_statement (import_require_clause (identifier) @symbol source: (string (string_fragment) @module))) @import
(program (export_statement "=" (identifier) @export))

(abstract_class_declaration name: (_) @name) @class
(interface_declaration name: (_) @name) @class
(enum_declaration name: (_) @name) @class
(internal_module name: (_) @name) @scope
(extends_clause) @base
(implements_clause (_) @base)
(extends_type_clause type: (_) @base)

(formal_parameters [
  (required_parameter pattern: [(identifier) (object_pattern) (array_pattern) (this)] @name)
  (optional_parameter pattern: [(identifier) (object_pattern) (array_pattern)] @name)] @param) @params
(formal_parameters (required_parameter pattern: (rest_pattern (_) @name)) @param.rest) @params
(required_parameter type: (type_annotation (_) @type)) @param
(optional_parameter type: (type_annotation (_) @type)) @param
(required_parameter value: (_) @default) @param
(optional_parameter value: (_) @default) @param
