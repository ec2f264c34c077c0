; What C and C++ share.
(comment) @comment

(preproc_include path: (_) @module) @import

(function_definition) @function
(function_definition type: (_) @returns) @function
(declaration type: (_)? @returns declarator: (function_declarator declarator: (identifier))) @prototype
(declaration type: (_) @returns
  declarator: (pointer_declarator declarator: (function_declarator declarator: (identifier)))) @prototype
(declaration type: (_) @returns
  declarator: (pointer_declarator declarator: (pointer_declarator declarator: (function_declarator)))) @prototype
((_ (type_qualifier) @qualifier type: (_)) (#any-of? @qualifier "const" "volatile"))
(function_declarator declarator: (identifier) @name parameters: (_) @params)
(struct_specifier name: (_) @name body: (_)) @class
(union_specifier name: (_) @name body: (_)) @class
(enum_specifier name: (_) @name body: (_)) @class
(type_definition type: [(struct_specifier !name) (union_specifier !name) (enum_specifier !name)] declarator: (_) @name) @class

(parameter_list (parameter_declaration type: (_) @type) @param (#not-eq? @param "void")) @params
(parameter_declaration declarator: (identifier) @name) @param
(parameter_declaration declarator: (_ declarator: (identifier) @name)) @param
(parameter_declaration declarator: (_ declarator: (_ declarator: (identifier) @name))) @param
(parameter_declaration declarator: (function_declarator declarator: (parenthesized_declarator (_ declarator: (identifier) @name)))) @param
(parameter_declaration (type_qualifier) @qualifier type: (_)) @param

(call_expression function: (field_expression argument: (_) @receiver field: (_) @method))
