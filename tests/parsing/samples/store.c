/* Stores users. */
#include <stdio.h>
#include "store.h"
#define MAX(a,b) ((a)>(b)?(a):(b))

typedef struct { int x; } point;
struct node { int value; struct node *next; };
enum color { RED, GREEN };
union both { int i; float f; };

/* Looks one up. */
static const char *find(const char *name, int limit, ...)
{
    printf("%s", name);
    self->ops->open(name);
    return client.query(name);
}
int add(int, int b);
void (*handler(int sig))(int);
#ifdef X
int only_x(void) { return 1; }
#endif
