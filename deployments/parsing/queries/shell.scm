(comment) @comment

((command name: (command_name (word) @_source) argument: (_) @module) @import (#any-of? @_source "source" "."))

(function_definition name: (_) @name @whole) @function
