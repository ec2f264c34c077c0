(class_heritage (_) @base)
(class_body (field_definition property: (_) @name value: [
  (arrow_function parameters: (_) @params)
  (arrow_function parameter: (_) @param)
  (function_expression parameters: (_) @params)]) @function)
(field_definition value: (_ "async" @async))

(program (expression_statement (assignment_expression left: (member_expression) @_module right: [
  (identifier) @export
  (class name: (_) @export)
  (function_expression name: (_) @export)
  (object [(shorthand_property_identifier) @export (pair key: (_) @export) (method_definition name: (_) @export)])])
  (#eq? @_module "module.exports")))
(program (expression_statement (assignment_expression left: (member_expression object: (_) @_module property: (_) @export))
  (#any-of? @_module "exports" "module.exports")))

(formal_parameters [(identifier) (object_pattern) (array_pattern)] @param) @params
(formal_parameters (assignment_pattern left: (_) @name right: (_) @default) @param) @params
(formal_parameters (rest_pattern (_) @name) @param.rest) @params
