#ifndef FILES_ARCH_H
#define FILES_ARCH_H
#include "model/settings.h"

/* What a model can be opened with. Programs that know architectures by name, as llama.cpp and transformers do, take a
 * shape that is one of theirs; a graph of operations, as in ONNX, takes any. One table in arch.c says which value a
 * setting of the shape has in each architecture. */

typedef enum Arch {
    ARCH_GPT2,                              /* Radford et al. 2019                                  */
    ARCH_APERTUS,                           /* Project Apertus 2025: rotary positions, RMS norm, QK norm, and xIELU,
                                               of which squared ReLU is a special case              */
    ARCH_GRAPH,                             /* each operation is written out                        */
    ARCHS
} Arch;

/* The programs, in the order of train's --for. */
typedef enum Target { TARGET_LLAMA, TARGET_HF, TARGET_ONNX, TARGETS } Target;

/* "GPT-2", "Apertus"; "llama.cpp", "transformers", "ONNX". */
extern const char *const arch_names[ARCHS], *const target_names[TARGETS];

/* The settings in which the shape departs from the architecture, in the order of settings.def; returns how many. */
int arch_departs(Arch arch, const Config *c, int ids[SETTINGS]);

/* The program's architecture that the shape is, or else departs from in the fewest settings. */
Arch arch_nearest(Target target, const Config *c);

/* Does the program have an architecture for the shape? */
bool arch_opens(Target target, const Config *c);

/* The same; if not, err says by what the shape departs from the nearest. */
bool arch_check(Target target, const Config *c, Err *err);
#endif
