(class_declaration (class_heritage (_) @base))
(class_body (field_definition property: (_) @name value: [
  (arrow_function parameters: (_) @params)
  (arrow_function parameter: (_) @param)
  (function_expression parameters: (_) @params)]) @function)
(field_definition value: (_ "async" @async))

(formal_parameters [(identifier) (object_pattern) (array_pattern)] @param) @params
(formal_parameters (assignment_pattern left: (_) @name right: (_) @default) @param) @params
(formal_parameters (rest_pattern (_) @name) @param.rest) @params
