; What is asked of every language: where its grammar could not read the file.
(ERROR) @error
(MISSING) @error
