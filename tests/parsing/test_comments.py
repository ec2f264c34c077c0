"""What a comment says to people is a docstring; what it says to tools is not."""

import pytest

from deployments.parsing.structure import parse


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("c", "#pragma once\n// The shop.\n\nint f(void);\n"),
        ("go", "//go:build linux\n// +build linux\n\n// The shop.\npackage shop\n"),
        ("javascript", "/* eslint-disable no-console */\n// The shop.\nimport a from 'a';\n"),
        ("php", "<?php\n// phpcs:ignoreFile\n\n// The shop.\nnamespace A;\n"),
        ("ruby", "# frozen_string_literal: true\n# encoding: utf-8\n\n# The shop.\n\nrequire 'x'\n"),
        ("ruby", "# -*- coding: utf-8 -*-\n# rubocop:disable all\n# The shop.\nrequire 'x'\n"),
        ("rust", "#![allow(dead_code)]\n//! The shop.\n\nfn f() {}\n"),
        ("shell", "#!/bin/sh\n# shellcheck disable=SC2086\n# The shop.\nset -e\n"),
        ("swift", "//\n//  A.swift\n//  App\n//\n//  Created by A on 1/1/24.\n//\n\n// The shop.\n\nimport B\n"),
        ("typescript", '/// <reference types="node" />\n// @ts-nocheck\n\n/** The shop. */\nexport {};\n'),
    ],
)
def test_what_is_said_to_tools_is_no_docstring_of_a_file(language, text):
    """Nor is what an editor writes by itself; the first words to a reader are."""
    assert "The shop." == parse(language, text.encode())["docstring"]


def test_what_is_said_to_tools_is_no_docstring_of_a_function():
    """It may stand above, between or below the words about it."""
    read = parse("go", b"package a\n\n// Adds.\n//\n//go:noinline\nfunc Add() {}\n//go:nosplit\nfunc Sub() {}\n")

    assert ["Adds.", ""] == [function["docstring"] for function in read["functions"]]


def test_the_end_of_a_comment_is_not_told():
    """Nor are blanks before it."""
    read = parse("c", b"/* Adds. **/  \nint a;\n/** Adds 2 * 3 * */\nint f(void) {}\n/* b\t\n c   */\nint g(void) {}\n")

    assert ["Adds 2 * 3 *", "b\nc"] == [function["docstring"] for function in read["functions"]]


LONG = [b"//a\n", b"//  " + b" " * 90 + b"x\n", b"// **** a\n", b"//" + b" " * 200_000 + b"x\n"]


@pytest.mark.parametrize("piece", LONG)
def test_long_comments_take_linear_time(piece):
    """A megabyte of them is read in a moment."""
    read = parse("go", b"package a\n" + piece * (1_000_000 // len(piece)) + b"func f() {}\n")

    assert read["functions"][0]["docstring"]
