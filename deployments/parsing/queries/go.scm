(comment) @comment

(import_spec path: (interpreted_string_literal (_) @module)) @import
(import_spec name: (package_identifier) @symbol)

(function_declaration name: (_) @name parameters: (_) @params) @function
(method_declaration name: (_) @name parameters: (_) @params) @function
(method_elem name: (_) @name parameters: (_) @params) @function
(function_declaration result: (_) @returns)
(method_declaration result: (_) @returns)
(method_elem result: (_) @returns)
(method_declaration receiver: (parameter_list (parameter_declaration type: [
  (type_identifier) @owner
  (generic_type type: (_) @owner)
  (pointer_type [(type_identifier) @owner (generic_type type: (_) @owner)])])))
(type_spec name: (_) @name) @class
(struct_type (field_declaration_list (field_declaration !name type: (_) @base)))
(interface_type (type_elem . (_) @base .))

(parameter_list (parameter_declaration !name type: (_) @type) @param) @params
(parameter_list (parameter_declaration name: (_) @param type: (_) @type)) @params
(parameter_list (variadic_parameter_declaration name: (_) @name type: (_) @type) @param.rest) @params

(call_expression function: (selector_expression operand: (_) @receiver field: (_) @method))
(composite_literal type: [(type_identifier) (qualified_type)] @new)

(source_file (function_declaration name: (_) @export (#match? @export "^[A-Z]")))
(source_file (type_declaration (_ name: (_) @export (#match? @export "^[A-Z]"))))
(source_file (const_declaration (_ name: (_) @export (#match? @export "^[A-Z]"))))
(source_file (var_declaration (var_spec name: (_) @export (#match? @export "^[A-Z]"))))
(source_file (var_declaration (_ (var_spec name: (_) @export (#match? @export "^[A-Z]")))))
