(comment) @comment

(namespace_use_declaration (namespace_use_clause (qualified_name) @module @import))
(namespace_use_declaration (namespace_use_clause . (name) @module @import))
(namespace_use_declaration (namespace_use_clause !alias (qualified_name (name) @symbol .)))
(namespace_use_clause alias: (_) @symbol)
(namespace_use_declaration (namespace_name) @module) @import
(namespace_use_group (namespace_use_clause !alias (name) @symbol))
(require_expression (_) @module) @import
(require_once_expression (_) @module) @import
(include_expression (_) @module) @import
(include_once_expression (_) @module) @import

(function_definition name: (_) @name parameters: (_) @params) @function
(method_declaration name: (_) @name parameters: (_) @params) @function
(function_definition return_type: (_) @returns)
(method_declaration return_type: (_) @returns)
(class_declaration name: (_) @name) @class
(assignment_expression left: (variable_name (name) @name) right: (object_creation_expression (anonymous_class) @class))
(anonymous_class "class" @name) @class
(interface_declaration name: (_) @name) @class
(trait_declaration name: (_) @name) @class
(enum_declaration name: (_) @name) @class
(base_clause (_) @base)
(class_interface_clause (_) @base)
(use_declaration (_) @base)

(attribute) @decorator

(formal_parameters [(simple_parameter name: (_) @name) (property_promotion_parameter name: (_) @name)] @param) @params
(formal_parameters (variadic_parameter name: (_) @name) @param.rest) @params
(simple_parameter type: (_) @type) @param
(simple_parameter default_value: (_) @default) @param
(property_promotion_parameter type: (_) @type) @param
(property_promotion_parameter default_value: (_) @default) @param
(variadic_parameter type: (_) @type) @param.rest

(member_call_expression object: (_) @receiver name: (_) @method)
(nullsafe_member_call_expression object: (_) @receiver name: (_) @method)
(scoped_call_expression scope: (_) @receiver name: (_) @method)
(object_creation_expression . [(name) (qualified_name)] @new)
