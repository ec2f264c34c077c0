"""Answers that must have a form: a JSON schema, a regular expression, a grammar. It knows no model and no HTTP."""
