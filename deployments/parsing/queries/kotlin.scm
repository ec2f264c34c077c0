[(line_comment) (block_comment)] @comment

(import (qualified_identifier) @module) @import
((import (qualified_identifier (identifier) @symbol .) .) @_whole (#not-match? @_whole "[*]$"))
(import (qualified_identifier) (identifier) @symbol)

(function_declaration name: (_) @name (function_value_parameters) @params) @function
(function_declaration (function_value_parameters) . [(user_type) (nullable_type) (function_type)] @returns)
(secondary_constructor "constructor" @name (function_value_parameters) @params) @function
(function_declaration (modifiers (function_modifier) @async (#eq? @async "suspend")))
(class_declaration name: (_) @name) @class
(object_declaration name: (_) @name) @class
(delegation_specifier [(user_type) @base (constructor_invocation (user_type) @base)])

(annotation) @decorator

(function_value_parameters (parameter . (identifier) @name . (_) @type) @param) @params
(function_value_parameters (parameter) @param . "=" . (_) @default)
(function_value_parameters (parameter_modifiers (parameter_modifier) @_vararg) . (parameter) @param.rest
  (#eq? @_vararg "vararg"))

(call_expression (navigation_expression (_) @receiver (identifier) @method .))
((call_expression . (identifier) @new) (#match? @new "^[A-Z]"))
