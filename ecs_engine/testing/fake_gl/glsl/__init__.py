"""A small GLSL front end: what a driver's compiler tells about a shader, without generating any code.

It reads declarations fully and function bodies for broken syntax and undeclared names. It does not check types
of expressions.
"""
