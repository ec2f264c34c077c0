; What JavaScript and TypeScript share.
(comment) @comment

(import_statement source: (string (string_fragment) @module)) @import
(import_clause (identifier) @symbol)
(namespace_import (identifier) @symbol)
(import_specifier !alias name: (_) @symbol)
(import_specifier alias: (_) @symbol)
((call_expression function: [(identifier) (import)] @_require arguments: (arguments . (string (string_fragment) @module))) @import
  (#any-of? @_require "require" "import"))
(export_statement source: (string (string_fragment) @module)) @import

(function_declaration name: (_) @name parameters: (_) @params) @function
(generator_function_declaration name: (_) @name parameters: (_) @params) @function
(class_body (method_definition name: (_) @name parameters: (_) @params) @function)
(variable_declarator name: (identifier) @name value: [
  (arrow_function parameters: (_) @params)
  (arrow_function parameter: (_) @param)
  (function_expression parameters: (_) @params)
  (generator_function parameters: (_) @params)]) @function
(assignment_expression left: (member_expression property: (_) @name) right: [
  (arrow_function parameters: (_) @params)
  (function_expression parameters: (_) @params)]) @function
(export_statement "default" @name value: [
  (arrow_function parameters: (_) @params)
  (function_expression parameters: (_) @params)]) @function
(_ ["=" "default"] . (object [
  (method_definition name: (_) @name parameters: (_) @params)
  (pair key: (property_identifier) @name value: (_ parameters: (_) @params))
  (pair key: (property_identifier) @name value: (arrow_function parameter: (_) @param))] @function))
((variable_declarator name: (identifier) @name value: (call_expression function: (_) @_wrap arguments: (arguments . [
  (arrow_function parameters: (_) @params)
  (function_expression parameters: (_) @params)]))) @function
  (#match? @_wrap "^(React[.])?(memo|forwardRef)$"))
(method_definition name: (computed_property_name) @whole)
(function_declaration "async" @async)
(generator_function_declaration "async" @async)
(method_definition "async" @async)
(variable_declarator value: (_ "async" @async))
(_ ["=" "default"] . (object (pair value: (_ "async" @async))))
(class_declaration name: (_) @name) @class
(variable_declarator name: (identifier) @name value: (class) @class)
(assignment_expression left: (member_expression property: (_) @name) right: (class !name) @class)
(export_statement "default" @name value: (class) @class)
(class name: (_) @name) @class
(class) @class
(variable_declarator name: (identifier) @name value: (object)) @scope

(decorator) @decorator

(call_expression function: (member_expression object: (_) @receiver property: (_) @method))
(new_expression constructor: (_) @new)

(program (export_statement declaration: (_ name: (_) @export)))
(program (export_statement declaration: (_ (variable_declarator name: (_) @export))))
(program (export_statement (export_clause (export_specifier !alias name: (_) @export))))
(program (export_statement (export_clause (export_specifier alias: (_) @export))))
(program (export_statement (namespace_export (_) @export)))
(program (export_statement value: (identifier) @export))
(program (export_statement "default" @export value: [(arrow_function) (function_expression) (class) (object) (call_expression)]))
