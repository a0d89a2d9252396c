// Nothing is printed: libwebp's messages are for people at a terminal, the errors come as codes.
#define fprintf(...) ((void)0)
#define snprintf(buffer, ...) ((buffer)[0] = 0, 0)
