"""llama.cpp's C API through llama-cpp-python's ctypes. Nothing outside this folder speaks it."""
