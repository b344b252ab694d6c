#ifndef FILES_VOCAB_TEXT_H
#define FILES_VOCAB_TEXT_H
#include "base/buffer.h"
#include "text/vocab.h"

/* A vocabulary in the formats of other programs. */

/* As words: "a 20 e9 1f600 <80>", code points in hexadecimal, bytes in angle brackets. In Python, without bytes:
 * [chr(int(w, 16)) for w in text.split()]. */
void vocab_text_write_words(const Vocab *v, Buffer *b);
bool vocab_text_read_words(Vocab *v, const char *text, size_t len, Err *err);

/* As tokenizer.json of Hugging Face's tokenizers: BPE without merges, single characters, bytes as "<0x80>". A character
 * outside the vocabulary is an error there, unless the vocabulary has U+FFFD. */
void vocab_text_write_tokenizer(const Vocab *v, Buffer *b);

/* Reads such a file, BPE or WordLevel; changes the len bytes. False for what cannot be a vocabulary of characters:
 * words, missing or unordered numbers, a normalizer, byte-level tokens. */
bool vocab_text_read_tokenizer(Vocab *v, char *text, size_t len, Err *err);
#endif
