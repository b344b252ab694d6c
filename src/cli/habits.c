#include "cli/habits.h"
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define CPU "it runs on the CPU alone, so leave it out"

static const Habit table[] = {
    { "train", "max-iters iters iterations max-steps num-steps total-steps", "steps", NULL },
    { "train", "n-layer n-layers num-layers num-hidden-layers depth", "layers", NULL },
    { "train", "n-head n-heads num-heads num-attention-heads", "heads", NULL },
    { "train", "n-embd n-embed hidden-size d-model dim embed-dim embedding-dim", "channels", NULL },
    { "train", "block-size seq-len seq-length sequence-length ctx-size n-ctx n-positions context-length max-seq-length",
      "context", NULL },
    { "train", "batch-size per-device-train-batch-size train-batch-size device-batch-size micro-batch-size", "batch",
      NULL },
    { "train", "gradient-accumulation-steps grad-accum grad-accum-steps", "accumulate", NULL },
    { "train", "learning-rate", "lr", NULL },
    { "train", "min-learning-rate", "min-lr", NULL },
    { "train", "warmup-iters warmup-steps", "warmup", NULL },
    { "train", "lr-scheduler-type lr-scheduler", "schedule", NULL },
    { "train", "optim", "optimizer", NULL },
    { "train", "adam-beta1", "beta1", NULL },
    { "train", "adam-beta2", "beta2", NULL },
    { "train", "grad-clip max-grad-norm gradient-clip clip-grad", "clip", NULL },
    { "train", "early-stopping-patience", "patience", NULL },
    { "train", "eval-interval eval-steps val-interval", "eval-every", NULL },
    { "train", "log-interval logging-steps", "log-every", NULL },
    { "train", "save-interval save-steps checkpoint-interval", "save-every", NULL },
    { "train", "sample-interval", "sample-every", NULL },
    { "train", "val-split val-fraction validation-split", "val-frac", NULL },
    { "train", "tie-word-embeddings tie-weights", "tied", NULL },
    { "train", "out-dir output-dir save-dir output o", "out", NULL },
    { "train", "overwrite-output-dir", "force", NULL },
    { "train", "continue", "resume", NULL },
    { "train", "random-seed s", "seed", NULL },
    { "train", "n-threads num-threads t", "threads", NULL },
    { "train", "epochs num-epochs num-train-epochs", NULL,
      "the length is --steps N or --time 10m; log.csv has the passes over the text (epoch)" },
    { "train", "init-from resume-from-checkpoint checkpoint model model-name-or-path m", NULL,
      "--resume continues the run in --out; otherwise a run starts from random parameters" },
    { "train", "device no-cuda use-cpu cuda gpu backend local-rank ngl n-gpu-layers", NULL,
      CPU "; --threads N sets the threads" },
    { "train", "compile torch-compile", NULL, "the kernels are compiled already, so leave it out" },
    { "train", "eval-iters", NULL,
      "an evaluation uses the whole validation text, or an even sample that takes a tenth of the time" },
    { "train", "lr-decay-iters decay-lr", NULL, "the learning rate decays over the whole run: see --schedule and "
      "--cooldown" },
    { "train", "dtype bf16 fp16 mixed-precision", NULL, "--precision bf16 multiplies in bfloat16" },
    { "train", "dataset dataset-name data data-dir data-path train-file train-data corpus text input input-file file f",
      NULL, "name the text files without an option: train book.txt" },
    { "train", "validation-file eval-file val-file val-data", NULL, "the end of the text is held out: --val-frac X" },
    { "train", "do-train do-eval", NULL, "it trains and evaluates, so leave it out" },
    { "train", "wandb-log wandb-project wandb-run-name report-to logging-dir tensorboard", NULL,
      "log.csv in --out has every step, and plot draws it" },
    { "train", "always-save-checkpoint save-total-limit save-strategy eval-only evaluation-strategy eval-strategy",
      NULL, "model.heed is the last step and best.heed the best one: see --save-every and --eval-every" },
    { "train", "vocab-size tokenizer tokenizer-name", NULL,
      "the tokens are the characters of the text: --max-vocab N limits them" },

    { "sample", "temperature", "temp", NULL },
    { "sample", "max-tokens max-new-tokens max-length num-tokens n-predict predict length", "count", NULL },
    { "sample", "num-samples num-return-sequences", "num", NULL },
    { "sample", "checkpoint ckpt model-path model-name-or-path out-dir out", "model", NULL },
    { "sample", "start text", "prompt", NULL },
    { "sample", "file f", "prompt-file", NULL },
    { "sample", "n-threads num-threads", "threads", NULL },
    { "sample", "random-seed", "seed", NULL },
    { "sample", "reverse-prompt stop-sequence r", "stop", NULL },
    { "sample", "perplexity eval", "score", NULL },
    { "sample", "ctx-size context block-size n-ctx c", NULL,
      "the context is that of the model; a longer text moves through it" },
    { "sample", "repeat-penalty repetition-penalty frequency-penalty presence-penalty repeat-last-n "
      "no-repeat-ngram-size", NULL,
      "there is no penalty, as a text in characters has to repeat them: see --temp, --top-p and --min-p" },
    { "sample", "num-beams typical typical-p mirostat tfs", NULL, "see --temp, --top-k, --top-p and --min-p" },
    { "sample", "do-sample", NULL, "it samples, so leave it out; --temp 0 takes the most probable character" },
    { "sample", "greedy", NULL, "--temp 0 takes the most probable character" },
    { "sample", "device gpu cuda gpu-layers n-gpu-layers ngl batch-size b", NULL,
      CPU "; --threads N sets the threads" },
    { "sample", "compile", NULL, "the kernels are compiled already, so leave it out" },
    { "sample", "dtype bf16 fp16", NULL, "--precision bf16 rounds the weights to bfloat16" },
    { "sample", "interactive interactive-first conversation cnv instruct i color no-display-prompt verbose-prompt",
      NULL, "it continues one text; --no-echo leaves out the prompt" },

    { "explain", "text input start", "prompt", NULL },
    { "explain", "checkpoint ckpt model-path model-name-or-path", "model", NULL },
    { "explain", "n-threads num-threads", "threads", NULL },
    { "explain", "output out o", NULL, "--html FILE and --svg FILE write a file; --json and --csv print" },
    { "explain", "device gpu cuda", NULL, CPU },
    { "explain", "ctx-size context block-size c", NULL, "the context is that of the model" },

    { "plot", "logy log-y log-scale", "log", NULL },
    { "plot", "logx", "log-x", NULL },
    { "plot", "smoothing", "smooth", NULL },
    { "plot", "output out save o", NULL, "--svg FILE writes a picture and --html FILE a page" },
    { "plot", "input file csv log-file logdir f", NULL, "name the logs or their folders without an option" },

    { "convert", "format outtype", "to", NULL },
    { "convert", "output output-file outfile o", NULL, "name the file to write after the model" },
    { "convert", "input input-file model m", NULL, "name the file to read without an option" },
    { "convert", "output-dir out-dir", "out", NULL },

    { "live", "corpus data dataset input input-file file f", "text", NULL },
    { "live", "checkpoint ckpt model-path model-name-or-path", "model", NULL },
    { "live", "output html save", "out", NULL },
    { "live", "start", "prompt", NULL },
    { "live", "steps max-iters layers n-layer heads n-head channels n-embd context block-size batch batch-size lr "
      "learning-rate seed size", NULL, "set it in the page" },
    { "live", "device gpu cuda threads n-threads t kernels", NULL, "the browser runs it, on one thread of the CPU" },
    { "live", "port host serve open", NULL, "it writes a file that needs no server: open it in a browser" },
};

/* Is the word in this list? */
static bool among(const char *word, const char *words)
{
    size_t n = strlen(word);
    while (n && *words) {
        size_t len = strcspn(words, " "), same = 0;
        while (same < len && same < n && words[same] == (word[same] == '_' ? '-' : word[same]))
            same++;
        if (same == n && same == len)
            return true;
        words += len + strspn(words + len, " ");
    }
    return false;
}

const Habit *habit_find(const char *command, const char *name)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcmp(table[i].command, command) == 0 && among(name, table[i].names))
            return &table[i];
    return NULL;
}
