// libwebp is compiled with NDEBUG.
#define assert(condition) ((void)0)
