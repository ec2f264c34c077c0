"""How pocket-chat is made: data, vocabulary, model, training, export, evaluation. The workbench never imports it."""
