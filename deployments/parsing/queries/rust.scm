[(line_comment) (block_comment)] @comment

(extern_crate_declaration name: (_) @module) @import
(use_declaration argument: (identifier) @module) @import
(use_declaration argument: (use_as_clause path: (identifier) @module)) @import
[(use_declaration argument: (scoped_identifier path: (_) @module name: (_) @symbol) @import)
 (use_list (scoped_identifier path: (_) @module name: (_) @symbol) @import)
 (use_as_clause path: (scoped_identifier path: (_) @module)) @import
 (scoped_use_list path: (_) @module) @import
 (use_wildcard (_) @module) @import]
(use_list (identifier) @symbol)
(scoped_use_list path: [(identifier) @symbol (scoped_identifier name: (_) @symbol)] list: (use_list (self)))
(use_as_clause alias: (_) @symbol)

(function_item name: (_) @name parameters: (_) @params) @function
(function_signature_item name: (_) @name parameters: (_) @params) @function
(function_item return_type: (_) @returns)
(function_signature_item return_type: (_) @returns)
(function_item (function_modifiers "async" @async))
(struct_item name: (_) @name) @class
(enum_item name: (_) @name) @class
(union_item name: (_) @name) @class
(trait_item name: (_) @name) @class
(trait_item bounds: (trait_bounds (_) @base))
(impl_item type: [(type_identifier) @name (generic_type type: (_) @name) (scoped_type_identifier) @name]) @extension
(impl_item trait: (_) @base)
(macro_definition name: (_) @name) @function
(mod_item name: (_) @name body: (_)) @scope

(attribute_item (attribute) @decorator)

(parameters (self_parameter) @param) @params
(parameters (parameter pattern: (_) @name type: (_) @type) @param) @params
(parameters (variadic_parameter) @param.rest) @params

(call_expression function: (field_expression value: (_) @receiver field: (_) @method))
(call_expression function: (scoped_identifier path: (_) @receiver name: (_) @method))
(struct_expression name: (_) @new)

(source_file (_ (visibility_modifier) name: (_) @export))
(source_file (use_declaration (visibility_modifier) argument: [
  (identifier) @export
  (scoped_identifier name: (_) @export)
  (use_as_clause alias: (_) @export)
  (scoped_use_list list: (use_list [
    (identifier) @export
    (scoped_identifier name: (_) @export)
    (use_as_clause alias: (_) @export)
    (scoped_use_list list: (use_list (identifier) @export))]))]))
(source_file (attribute_item (attribute (identifier) @_attribute)) . (macro_definition name: (_) @export)
  (#eq? @_attribute "macro_export"))
