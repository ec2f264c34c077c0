(comment) @comment

((call !receiver method: (identifier) @_require arguments: (argument_list . (string (string_content) @module))) @import
  (#any-of? @_require "require" "require_relative" "load"))

(method name: (_) @name) @function
(method parameters: (_) @params)
(singleton_method name: (_) @name) @function
(singleton_method parameters: (_) @params)
(class name: (_) @name) @class
(class superclass: (superclass (_) @base))
(class body: (body_statement (call !receiver method: (identifier) @_include arguments: (argument_list (_) @base))
  (#any-of? @_include "include" "prepend" "extend")))
((assignment left: (constant) @name right: (call receiver: (constant) @base method: (identifier) @_new)) @class
  (#any-of? @base "Struct" "Data") (#any-of? @_new "new" "define"))
((assignment left: (constant) @name right: (call receiver: (constant) @_class method: (identifier) @_new
  arguments: (argument_list . (_) @base)?)) @class (#eq? @_class "Class") (#eq? @_new "new"))
(module name: (_) @name) @scope

(method_parameters (identifier) @param) @params
(method_parameters (optional_parameter name: (_) @name value: (_) @default) @param) @params
(method_parameters (keyword_parameter name: (_) @name) @param.keyword) @params
(keyword_parameter value: (_) @default) @param.keyword
(method_parameters (splat_parameter name: (_) @name) @param.rest) @params
(method_parameters (hash_splat_parameter name: (_) @name) @param.keywords) @params
(method_parameters (block_parameter name: (_) @name) @param) @params

(call receiver: (_) @receiver method: (_) @method)
((call receiver: (_) @new method: (_) @_new) (#eq? @_new "new"))
