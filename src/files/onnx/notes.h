#ifndef FILES_ONNX_NOTES_H
#define FILES_ONNX_NOTES_H
#include "files/onnx/graph.h"

/* What tells heed's ONNX files from others, and what import needs besides the parameters. */

#define ONNX_PRODUCER "heed"

/* The first bytes: ir_version 8, producer_name "heed". */
#define ONNX_START "\x08\x08\x12\x04" ONNX_PRODUCER
enum { ONNX_START_LEN = sizeof ONNX_START - 1 };

/* Keys of metadata_props: the lines of files/checkpoint.h, the words of files/vocab_text.h, and its tokenizer.json. */
#define ONNX_LINES     "heed"
#define ONNX_WORDS     "heed.vocab"
#define ONNX_TOKENIZER "tokenizer.json"

/* The head of files/counted.h in hexadecimal digits; the text that follows it there is the tensor ONNX_COUNTED. */
#define ONNX_COUNTS    "heed.counts"

/* The last entry up to its eight hexadecimal digits: CRC-32 of all bytes before them. */
#define ONNX_SUM "\x72\x16\x0a\x0a" "heed.crc32" "\x12\x08"
enum { ONNX_SUM_LEN = sizeof ONNX_SUM - 1, ONNX_SUM_DIGITS = 8 };
#endif
