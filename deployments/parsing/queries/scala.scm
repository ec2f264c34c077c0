[(comment) (block_comment)] @comment

(import_declaration (identifier) @module) @import
(import_declaration (identifier) @symbol .)
(import_declaration (namespace_selectors (identifier) @symbol))
(arrow_renamed_identifier alias: (_) @symbol)

(function_definition name: (_) @name) @function
(function_declaration name: (_) @name) @function
(function_definition return_type: (_) @returns)
(function_declaration return_type: (_) @returns)
(class_definition name: (_) @name) @class
(trait_definition name: (_) @name) @class
(object_definition name: (_) @name) @extension
(enum_definition name: (_) @name) @class
(extends_clause [(type_identifier) (generic_type) (stable_type_identifier)] @base)

(annotation) @decorator

(function_definition (parameters (parameter name: (_) @name type: (_) @type) @param)) @function
(function_declaration (parameters (parameter name: (_) @name type: (_) @type) @param)) @function
(parameter default_value: (_) @default) @param
(parameter type: (repeated_parameter_type)) @param.rest

(call_expression function: (field_expression value: (_) @receiver field: (_) @method))
(instance_expression . [(type_identifier) (generic_type)] @new)
