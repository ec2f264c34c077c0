[(comment) (multiline_comment)] @comment

(import_declaration (identifier) @module) @import

(function_declaration "func" . _ @name) @function
(deinit_declaration "deinit" @name) @function
(subscript_declaration "subscript" @name) @function
(init_declaration name: "init" @name) @function
(protocol_function_declaration name: (simple_identifier) @name) @function
(function_declaration "->" . (_) @returns)
(protocol_function_declaration "->" . (_) @returns)
(subscript_declaration "->" . (_) @returns)
(function_declaration "async" @async)
(class_declaration declaration_kind: ["class" "struct" "enum" "actor"] name: (_) @name) @class
(class_declaration declaration_kind: "extension" name: (_) @name) @extension
(protocol_declaration name: (_) @name) @class
(inheritance_specifier inherits_from: (_) @base)

(attribute) @decorator

(function_declaration (parameter) @param) @function
(init_declaration (parameter) @param) @function
(subscript_declaration (parameter) @param) @function
(protocol_function_declaration (parameter) @param) @function
(parameter (simple_identifier) @name . (_) @type .) @param
(parameter (simple_identifier) @name . (parameter_modifiers) @qualifier . (_) @type .) @param
(function_declaration (parameter) @param . default_value: (_) @default)
(init_declaration (parameter) @param . default_value: (_) @default)
(subscript_declaration (parameter) @param . default_value: (_) @default)
(function_declaration (parameter "...") @param.rest) @function

(call_expression (navigation_expression target: (_) @receiver suffix: (navigation_suffix suffix: (_) @method)))
((call_expression . (simple_identifier) @new) (#match? @new "^[A-Z]"))
