#ifndef BASE_REAL_H
#define BASE_REAL_H
/* The engine's number type. Its sources are compiled twice: as float for train and sample, as double for explain and
 * the gradient tests, where finite differences need the precision. */
#ifdef HEED_DOUBLE
typedef double real;
#define REAL_NAME "double"
#else
typedef float real;
#define REAL_NAME "float"
#endif
#endif
