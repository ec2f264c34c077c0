(comment) @comment

((function_call name: (identifier) @_require arguments: (arguments (string content: (_) @module))) @import
  (#eq? @_require "require"))

(function_declaration name: (identifier) @name parameters: (_) @params) @function
(function_declaration name: [
  (dot_index_expression table: (_) @owner field: (_) @name)
  (method_index_expression table: (_) @owner method: (_) @name)] parameters: (_) @params) @function
(assignment_statement (variable_list name: (_) @name) (expression_list value: (function_definition parameters: (_) @params))) @function
(assignment_statement (expression_list value: (table_constructor
  (field name: (identifier) @name value: (function_definition parameters: (_) @params)) @function)))
(return_statement (expression_list (table_constructor
  (field name: (identifier) @name value: (function_definition parameters: (_) @params)) @function)))
(assignment_statement (variable_list . name: (_) @name .) (expression_list . value: (table_constructor))) @scope

(parameters name: (_) @param) @params
(parameters (vararg_expression) @param.rest) @params

(function_call name: [
  (dot_index_expression table: (_) @receiver field: (_) @method)
  (method_index_expression table: (_) @receiver method: (_) @method)])
