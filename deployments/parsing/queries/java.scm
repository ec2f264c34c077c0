[(line_comment) (block_comment)] @comment

(import_declaration [(identifier) (scoped_identifier)] @module) @import
(import_declaration (scoped_identifier name: (_) @symbol) .)

(method_declaration type: (_) @returns name: (_) @name parameters: (_) @params) @function
(constructor_declaration name: (_) @name parameters: (_) @params) @function
(compact_constructor_declaration name: (_) @name) @function
(class_declaration name: (_) @name) @class
(interface_declaration name: (_) @name) @class
(enum_declaration name: (_) @name) @class
(record_declaration name: (_) @name) @class
(annotation_type_declaration name: (_) @name) @class
(superclass (_) @base)
(super_interfaces (type_list (_) @base))
(extends_interfaces (type_list (_) @base))

[(annotation) (marker_annotation)] @decorator

(formal_parameters (formal_parameter type: (_) @type name: (_) @name) @param) @params
(formal_parameters (spread_parameter (_) @type . (variable_declarator name: (_) @name)) @param.rest) @params

(method_invocation object: (_) @receiver name: (_) @method)
(object_creation_expression type: (_) @new)
