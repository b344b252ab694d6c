#ifndef FILES_VOCAB_TEXT_H
#define FILES_VOCAB_TEXT_H
#include "base/buffer.h"
#include "text/vocab.h"

/* A vocabulary in files of other programs. */

/* As words: "a 20 e9 1f600 <80>": code points in hexadecimal, bytes in angle brackets. Python has the characters by
 * [chr(int(w, 16)) for w in text.split()] where there are no bytes. */
void vocab_text_write_words(const Vocab *v, Buffer *b);
bool vocab_text_read_words(Vocab *v, const char *text, size_t len, Err *err);

/* As tokenizer.json of the library tokenizers (Hugging Face): BPE without merges, which knows single characters, and
 * bytes as "<0x80>"; what is not in the vocabulary is an error there, too, unless U+FFFD is. */
void vocab_text_write_tokenizer(const Vocab *v, Buffer *b);

/* The vocabulary of such a file, BPE or WordLevel. The len bytes are changed. False for what could not be a
 * vocabulary of characters: words, numbers that are missing or in another order, a normalizer, bytes in disguise. */
bool vocab_text_read_tokenizer(Vocab *v, char *text, size_t len, Err *err);
#endif
