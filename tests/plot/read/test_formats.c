/* Logs as people have them: what is read of each, and what is said. The inputs are short versions of what the programs
 * write; the rows were worked out by hand. */
#include "plot/run.h"
#include "check_main.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static Run run;

/* "step:train/val …"; '-': no value, '!': not finite. */
static const char *rows(void)
{
    static char text[2000];
    size_t at = 0;
    text[0] = '\0';
    for (size_t i = 0; i < run.n && at < sizeof text - 100; i++) {
        double x[2];
        for (int k = 0; k < 2; k++)
            x[k] = run.column[RUN_TRAIN + k] ? run.column[RUN_TRAIN + k][i] : NAN;
        at += (size_t)snprintf(text + at, sizeof text - at, "%s%g:", i ? " " : "", run.column[RUN_STEP][i]);
        for (int k = 0; k < 2; k++) {
            char number[32];
            snprintf(number, sizeof number, "%g", x[k]);
            at += (size_t)snprintf(text + at, sizeof text - at, "%s%s", k ? "/" : "",
                                   isnan(x[k]) ? "-" : isinf(x[k]) ? "!" : number);
        }
    }
    return text;
}

static const char *columns(void)
{
    static char text[400];
    snprintf(text, sizeof text, "%s|%s|%s", run.name[RUN_STEP], run.name[RUN_TRAIN], run.name[RUN_VAL]);
    return text;
}

/* What a log is, its text, rows, the columns of step, training and validation, and all notes. */
typedef struct Case {
    const char *what, *text, *rows, *columns, *notes;
} Case;

#define WHOLE "batches restart in each epoch: steps are counted through all epochs"

static const Case cases[] = {
    /* ---- RFC 4180 ---- */
    { "quotes within quotes", "step,config,loss\n0,\"{\"\"lr\"\": 0.1, \"\"n\"\": 3}\",3\n1,\"{\"\"n\"\": 3}\",2\n",
      "0:3/- 1:2/-", "step|loss|", "" },
    { "a line end within quotes", "step,note,loss\n0,\"one\ntwo\",3\n1,\"a\r\nb\",2\n", "0:3/- 1:2/-", "step|loss|",
      "" },
    { "separators within quotes", "step;\"loss, train\";\"loss, val\"\n0;3;4\n1;2;3\n", "0:3/4 1:2/3",
      "step|loss, train|loss, val", "" },
    { "a quote that is lost", "step,note,loss\n0,\"one,3\n1,two,2\n2,\"three\",1\n", "0:3/- 1:2/- 2:1/-", "step|loss|",
      "" },
    { "CR", "step,loss\r1,3\r2,2\r", "1:3/- 2:2/-", "step|loss|", "" },
    { "CRLF", "step,loss\r\n1,3\r\n2,2\r\n", "1:3/- 2:2/-", "step|loss|", "" },
    { "blanks", "  step   loss\n  1   3\n 10   2\n", "1:3/- 10:2/-", "step|loss|", "" },
    { "tabs and decimal commas", "step\tloss\n1000\t3,25\n2000\t2,5\n", "1000:3.25/- 2000:2.5/-", "step|loss|", "" },
    { "thousands in quotes", "step,loss\n\"1,000\",3.5\n\"2,000\",2.5\n", "1000:3.5/- 2000:2.5/-", "step|loss|", "" },
    { "decimal commas in quotes", "step,loss\n1,\"3,25\"\n2,\"2,5\"\n", "1:3.25/- 2:2.5/-", "step|loss|", "" },
    { "Excel's sep=", "sep=;\nstep;loss\n1;3\n", "1:3/-", "step|loss|", "" },
    { "an empty last field", "step,loss,\n1,3,\n2,2,\n", "1:3/- 2:2/-", "step|loss|", "" },
    { "row names, which R writes", "\"step\" \"loss\"\n\"1\" 0 3\n\"2\" 1 2\n", "0:3/- 1:2/-", "step|loss|", "" },
    { "Markdown", "| step | loss |\n|-----:|:----|\n| 0 | 3 |\n| 1 | 2 |\n", "0:3/- 1:2/-", "step|loss|", "" },
    { "a line under the header", "step | loss\n-----+-----\n   0 | 3\n", "0:3/-", "step|loss|", "" },
    { "a header behind #", "# run 7\n# step loss\n0 3\n1 2\n", "0:3/- 1:2/-", "step|loss|", "" },
    { "a header with commas behind #", "#step,loss,val_loss\n0,3,4\n", "0:3/4", "step|loss|val_loss", "" },

    /* ---- Names ---- */
    { "W&B", "\"Step\",\"valiant-sun-3 - train/loss\",\"valiant-sun-3 - train/loss__MIN\"\n\"0\",\"3\",\"3\"\n",
      "0:3/-", "Step|valiant-sun-3 - train/loss|", "" },
    { "a run called test", "Step,my-test-run - loss\n0,3\n", "0:3/-", "Step|my-test-run - loss|", "" },
    { "loss_scale is no loss", "step,loss_scale,loss\n0,65536,3\n", "0:3/-", "step|loss|", "" },
    { "nor is best_val_loss", "step,best_val_loss,loss,val_loss\n0,9,3,4\n", "0:3/4", "step|loss|val_loss", "" },
    { "camelCase", "globalStep,trainLoss,valLoss\n0,3,4\n", "0:3/4", "globalStep|trainLoss|valLoss", "" },
    { "slashes", "step,eval/loss,train/loss,train/accuracy\n0,4,3,1\n", "0:3/4", "step|train/loss|eval/loss", "" },
    { "points", "step,training.loss,validation.loss\n0,3,4\n", "0:3/4", "step|training.loss|validation.loss", "" },
    { "loss first", "step,loss/train,loss/dev\n0,3,4\n", "0:3/4", "step|loss/train|loss/dev", "" },
    { "validation before test", "step,loss,test_loss,valid loss\n0,3,5,4\n", "0:3/4", "step|loss|valid loss", "" },
    { "a name is not cut", "step,a_very_long_name_of_a_run_with_all_its_settings_in_it_seed_1_train_loss\n0,3\n",
      "0:3/-", "step|a_very_long_name_of_a_run_with_all_its_settings_in_it_seed_1_train_loss|", "" },
    { "settings are no gradients", "step,loss,grad_accum_steps,grad_clip,grad_qkv\n0,3,4,1,0.5\n", "0:3/-",
      "step|loss|", "" },
    { "nine gradients",
      "step,loss,grad_a,grad_b,grad_c,grad_d,grad_e,grad_f,grad_g,grad_h,grad_i\n0,3,1,1,1,1,1,1,1,1,1\n",
      "0:3/-", "step|loss|", "1 gradient norm beyond the first 8: left out" },
    { "other words for nothing", "step,loss,val_loss\n0,3,<NA>\n1,2,#N/A\n2,1,--\n", "0:3/- 1:2/- 2:1/-", "step|loss|",
      "" },
    { "two that fit", "step,loss,loss_epoch\n0,3,4\n1,2,3\n", "0:3/- 1:2/-", "step|loss|",
      "2 columns are training losses: \"loss\" is drawn, not \"loss_epoch\"" },
    { "a control character in a name", "step,\033loss\n0,3\n", "0:3/-", "step|_loss|", "" },

    /* ---- Long form ---- */
    { "phases", "epoch,phase,loss\n0,train,3\n0,val,4\n1,train,2\n1,val,3\n", "0:3/4 1:2/3",
      "epoch|train/loss|val/loss", "" },
    { "one phase after the other", "step,split,loss\n0,training,3\n1,training,2\n0,validation,4\n1,validation,3\n",
      "0:3/4 1:2/3", "step|training/loss|validation/loss", "" },
    { "metrics",
      "run,metric,step,value\na,loss,0,3\na,loss,1,2\na,acc,0,9\na,acc,1,9\na,val_loss,0,4\na,val_loss,1,3\n",
      "0:3/4 1:2/3", "step|loss|val_loss", "" },
    { "phases and metrics", "step,set,metric,value\n0,train,loss,3\n0,eval,loss,4\n0,eval,acc,1\n", "0:3/4",
      "step|train/loss|eval/loss", "" },
    { "a flag", "step,is_val,loss\n0,False,3\n0,True,4\n1,False,2\n1,True,3\n", "0:3/4 1:2/3",
      "step|train/loss|val/loss", "" },
    { "a flag of 0 and 1", "step,train,loss\n0,1,3\n0,0,4\n1,1,2\n1,0,3\n", "0:3/4 1:2/3",
      "step|train/loss|val/loss", "" },
    { "a run's name that says train", "name,step,loss\ntrain-7,0,3\ntrain-7,1,2\n", "0:3/- 1:2/-", "step|loss|", "" },

    /* ---- Missing values ---- */
    { "nan where the other loss is", "step,train_loss,val_loss\n0,3,nan\n5,nan,3.2\n10,2,nan\n15,nan,3\n",
      "0:3/- 5:-/3.2 10:2/- 15:-/3", "step|train_loss|val_loss", "" },
    { "nan in gaps", "step,loss,acc\n0,3,nan\n1,nan,1\n2,2,nan\n3,nan,1\n4,1,nan\n5,nan,1\n",
      "0:3/- 1:-/- 2:2/- 3:-/- 4:1/- 5:-/-", "step|loss|", "" },
    { "a loss that diverged", "step,loss\n0,3\n1,nan\n2,2\n3,nan\n4,nan\n", "0:3/- 1:!/- 2:2/- 3:!/- 4:!/-",
      "step|loss|", "3 training losses are not finite" },
    { "one gap is not enough", "step,loss\n0,3\n1,nan\n2,2\n3,nan\n", "0:3/- 1:!/- 2:2/- 3:!/-", "step|loss|",
      "2 training losses are not finite" },
    { "inf is no missing value", "step,train_loss,val_loss\n0,3,4\n1,inf,4\n", "0:3/4 1:!/4",
      "step|train_loss|val_loss", "1 training loss is not finite" },
    { "both diverged", "step,loss,val_loss\n0,3,4\n1,nan,nan\n", "0:3/4 1:!/-", "step|loss|val_loss",
      "1 training loss is not finite|1 validation loss is not finite" },
    { "validation without a step", "step,loss,val_loss\n1,3,\n2,2,\n,,4\n", "1:3/- 2:2/4", "step|loss|val_loss", "" },

    /* ---- Epochs and batches ---- */
    { "batches", "epoch,batch,loss,val_loss\n0,0,5,\n0,1,4,\n0,,,6\n1,0,3,\n1,1,2,\n1,,,5\n", "0:5/- 1:4/6 2:3/- 3:2/5",
      "batch|loss|val_loss", WHOLE },
    { "batches from 50", "epoch,batch,loss\n1,50,5\n1,100,4\n2,50,3\n2,100,2\n", "50:5/- 100:4/- 150:3/- 200:2/-",
      "batch|loss|", WHOLE },
    { "steps that do not restart", "epoch,step,loss\n0,0,5\n0,1,4\n1,2,3\n1,3,2\n", "0:5/- 1:4/- 2:3/- 3:2/-",
      "step|loss|", "" },

    /* ---- JSON ---- */
    { "JSON lines", "{\"step\": 0, \"loss\": 3}\n{\"step\": 1, \"loss\": 2, \"note\": \"a, \\\"b\\\" }\"}\n", "0:3/- "
      "1:2/-", "step|loss|", "" },
    { "nested, with NaN",
      "{\"step\":0,\"train\":{\"loss\":3},\"val\":{\"loss\":NaN}}\n{\"step\":1,\"train\":{\"loss\":NaN}}",
      "0:3/- 1:!/-", "step|train/loss|val/loss", "1 training loss is not finite" },
    { "an array", "[{\"step\":0,\"loss\":3},\n {\"step\":1,\"loss\":2}]\n", "0:3/- 1:2/-", "step|loss|", "" },
    { "lists by split",
      "{\"train\":[{\"step\":0,\"loss\":3},{\"step\":1,\"loss\":2}],\"val\":[{\"step\":1,\"loss\":4}]}",
      "0:3/- 1:2/4", "train/step|train/loss|val/loss", "" },
    { "TensorBoard", "[[1700000000.5, 0, 3.0], [1700000001.5, 10, 2.0]]", "0:3/- 10:2/-", "Step|Value|", "" },
    { "trainer_state.json", "{\n \"best_metric\": null,\n \"epoch\": 1.0,\n \"global_step\": 20,\n \"log_history\": [\n"
      "  {\"epoch\": 0.5, \"grad_norm\": 1.5, \"learning_rate\": 1e-4, \"loss\": 3.0, \"step\": 10},\n"
      "  {\"epoch\": 1.0, \"loss\": 2.0, \"step\": 20},\n  {\"epoch\": 1.0, \"eval_loss\": 2.5, \"eval_runtime\": 9.0, "
      "\"step\": 20},\n  {\"epoch\": 1.0, \"step\": 20, \"total_flos\": 1e15, \"train_loss\": 2.6}\n ],\n"
      " \"max_steps\": 20,\n \"stateful_callbacks\": {\"a\": {\"args\": {}}}\n}\n", "10:3/- 20:2/2.5",
      "step|loss|eval_loss", "" },
    { "Keras' history", "{\"loss\": [3, 2, 1], \"val_loss\": [4, 3, 2.5], \"lr\": [1, 1, 1]}", "1:3/4 2:2/3 3:1/2.5",
      "|loss|val_loss", "no step column: rows are numbered from 1" },
    { "pandas", "{\"step\":{\"0\":0,\"1\":5},\"loss\":{\"0\":3,\"1\":2}}", "0:3/- 5:2/-", "step|loss|", "" },
    { "modes, as mmengine's", "{\"config\": \"x\"}\n{\"mode\":\"train\",\"epoch\":1,\"iter\":50,\"loss\":4}\n"
      "{\"mode\":\"train\",\"epoch\":1,\"iter\":100,\"loss\":3}\n{\"mode\":\"val\",\"epoch\":1,\"iter\":9,\"loss\":5}\n"
      "{\"mode\":\"train\",\"epoch\":2,\"iter\":50,\"loss\":2}\n", "50:4/- 100:3/5 150:2/-", "iter|train/loss|val/loss",
      WHOLE },
    { "evaluations without a loss, as mmsegmentation's", "{\"mode\":\"train\",\"epoch\":1,\"iter\":50,\"lr\":1,"
      "\"loss\":4}\n{\"mode\":\"train\",\"epoch\":1,\"iter\":100,\"lr\":1,\"loss\":3}\n"
      "{\"mode\":\"val\",\"epoch\":1,\"iter\":64,\"lr\":1,\"mIoU\":5}\n"
      "{\"mode\":\"train\",\"epoch\":2,\"iter\":50,\"lr\":1,\"loss\":2}\n", "50:4/- 100:3/- 150:2/-",
      "iter|train/loss|", WHOLE },
    { "a step that is the epoch's number, once an epoch", "step,loss\n0,5\n1,4\n2,3\n1,2.5\n3,2\n4,1\n2,0.9\n5,0.8\n",
      "0:5/- 1:4/- 2:3/- 3:2/- 4:1/- 5:0.8/-", "step|loss|",
      "the step goes back in line 5 for that line alone: 2 such rows are left out" },
    { "a restart of two rows is none", "step,loss\n0,5\n1,4\n2,3\n1,2.5\n2,2\n3,1\n", "0:5/- 1:2.5/- 2:2/- 3:1/-",
      "step|loss|", "the step goes back in line 5, as after resuming: 1 earlier row is replaced|"
      "1 value is given twice for the same step: the last one counts" },
    { "nor is a last row", "step,loss\n0,5\n1,4\n2,3\n1,2.5\n", "0:5/- 1:2.5/-", "step|loss|",
      "the step goes back in line 5, as after resuming: 1 earlier row is replaced|"
      "1 value is given twice for the same step: the last one counts" },
    { "a truncated record", "{\"step\":0,\"loss\":3}\n{\"step\":1,\"lo", "0:3/-", "step|loss|",
      "skipped the incomplete last line" },
    { "Python's repr", "{'loss': 3.0, 'learning_rate': 1e-05, 'epoch': 0.5}\n{'loss': '2.0', 'epoch': 1.0}\n"
      "{'eval_loss': 2.5, 'epoch': 1.0}\n{'train_runtime': 9.1, 'train_loss': 2.4, 'epoch': 1.0}\n", "0.5:3/- 1:2/2.5",
      "epoch|loss|eval_loss", "" },

    /* ---- Consoles ---- */
    { "nanoGPT", "tokens per iteration will be: 16,384\nnumber of parameters: 10.65M\nstep 0: train loss 4.2, val "
      "loss 4.3\n"
      "iter 0: loss 4.25, time 23000.12ms, mfu -100.00%\niter 10: loss 3.5, time 12ms, mfu 1.2%\n"
      "step 20: train loss 3.0, val loss 3.1\nsaving checkpoint to out\niter 20: loss 3.25, time 12ms, mfu 1.2%\n"
      "iter 30: loss 2.5, time 12ms\niter 40: loss 2.25, time 12ms\niter 50: loss 2.0, time 12ms\n",
      "0:4.25/4.3 10:3.5/- 20:3.25/3.1 30:2.5/- 40:2.25/- 50:2/-", "step|loss|val loss", "" },
    { "llm.c", "| val_loss_every        | 250      |\nval loss 11.5\nstep    1/60 | loss 11.0 (+nanz)| norm 15.31 "
      "(+nanz)| "
      "lr 6.12e-05 | 4123.12 ms | 48.3% bf16 A100 MFU | 127000 tok/s\nstep    2/60 | loss 10.5 (-1.2z)| norm 9 "
      "(+nanz)| "
      "lr 1.22e-04 | 4123.12 ms | 48.3% bf16 A100 MFU | 127000 tok/s\nval loss 10.75\n", "1:11/11.5 2:10.5/10.75",
      "step|loss|val loss", "" },
    { "llm.c on a CPU", "vocab_size: 50257\nval loss 5.25\nstep 0: train loss 5.5 (took 1452.12 ms)\nstep 1: train "
      "loss 5 "
      "(took 1 ms)\n", "0:5.5/5.25 1:5/-", "step|train loss|val loss", "" },
    { "main.log of llm.c", "s:0 tel:11.5\ns:0 trl:11.25 lr:0.0006 norm:1.2\ns:1 trl:11\ns:2 eval:0.24\ns:2 tel:10.5\n",
      "0:11.25/11.5 1:11/- 2:-/10.5", "s|trl|tel", "" },
    { "build-nanogpt", "0 val 10.95\n0 hella 0.24\n0 train 10.5\n1 train 10.25\n", "0:10.5/10.95 1:10.25/-",
      "step|train|val", "" },
    { "modded-nanogpt", "step:0/1750 val_loss:10.5 train_time:0ms step_avg:nanms\nstep:1/1750 train_loss:10.25 "
      "train_time:90ms step_avg:90.1ms\n", "0:-/10.5 1:10.25/-", "step|train_loss|val_loss", "" },
    { "nanochat", "step 00005/00100 (5.00%) | loss: 2.5 | lrm: 0.05 | dt: 9.4ms | tok/sec: 1,051,311 | epoch: 1 pq: "
      "122\n", "5:2.5/-", "step|loss|", "" },
    { "PyTorch's tutorials", "Epoch [1/2], Step [100/200], Loss: 2.5\nEpoch [1/2], Step [200/200], Loss: 2\n"
      "Epoch [2/2], Step [100/200], Loss: 1.5\n", "100:2.5/- 200:2/- 300:1.5/-", "step|Loss|", WHOLE },
    { "PyTorch's MNIST", "Train Epoch: 1 [0/60000 (0%)]\tLoss: 2.5\nTrain Epoch: 1 [640/60000 (1%)]\tLoss: 2\n\n"
      "Test set: Average loss: 1.75, Accuracy: 9800/10000 (98%)\n", "0:2.5/- 640:2/1.75",
      "batch|Train Loss|Test set: Average loss", "" },
    { "Keras", "Epoch 1/2\n1/2 [=>..] - ETA: 3s - loss: 3.0000\r2/2 [====] - 3s 4ms/step - loss: 2.5 - val_loss: 3.5\n"
      "Epoch 2/2\n1/2 [=>..] - ETA: 3s - loss: 2.0000\r2/2 [====] - 3s 4ms/step - loss: 1.5 - val_loss: 3\n",
      "1:3/- 2:2.5/3.5 3:2/- 4:1.5/3", "batch|loss|val_loss", WHOLE },
    { "Megatron", " [2023-01-01 12:00:01] iteration        1/     100 | consumed samples:       32 | elapsed time per "
      "iteration (ms): 100.1 | learning rate: 1.0E-04 | lm loss: 1.05E+01 | loss scale: 1.0 | grad norm: 3.2 |\n "
      "validation "
      "loss at iteration 1 | lm loss value: 1.1E+01 | lm loss PPL: 1.2E+01 | \n", "1:10.5/11",
      "iteration|lm loss|validation lm loss value", "" },
    { "dictionaries after words", "2020-01-01 12:00:00 | INFO | train | {\"epoch\": 1, \"loss\": \"3.5\", "
      "\"num_updates\": "
      "\"10\"}\n2020-01-01 12:00:00 | INFO | valid | {\"epoch\": 1, \"valid_loss\": \"3.25\", \"num_updates\": "
      "\"10\"}\n", "10:3.5/3.25", "num_updates|loss|valid_loss", "" },
    { "a progress bar", "  5%|# | 10/200 [00:12<00:15, 14.21s/it] {'loss': 3.5, 'epoch': 0.1}\n 10%|# | 20/200 "
      "[00:12<00:15, 14.21s/it] {'loss': 3.25, 'epoch': 0.2}\n", "10:3.5/- 20:3.25/-", "batch|loss|", "" },
    { "colours and a level", "\033[32mINFO\033[0m step=1 loss=3.5\n\033[32mINFO\033[0m step=2 loss=nan\n", "1:3.5/- "
      "2:!/-", "step|loss|", "1 training loss is not finite" },
    { "a word for the line", "[train] epoch 1 loss 3\n[val] epoch 1 loss 4\n[train] epoch 2 loss 2\n", "1:3/4 2:2/-",
      "epoch|train loss|val loss", "" },
    { "PyTorch's word_language_model", "| epoch   1 |     0/ 2000 batches | lr 5.00 | ms/batch 10.20 | loss  3.50 | "
      "ppl 9\n"
      "| epoch   1 |   200/ 2000 batches | lr 5.00 | ms/batch 10.20 | loss  3.25 | ppl 9\n| end of epoch   1 | time: "
      "12.3s | "
      "valid loss  3.75 | valid ppl 9\n", "0:3.5/- 200:3.25/3.75", "batch|loss|valid loss", "" },
    { "minGPT", "epoch 1 iter 10: train loss 2.5. lr 6e-4\nepoch 1 iter 20: train loss 2.25. lr 6e-4\nepoch 2 iter 10: "
      "train loss 2. lr 6e-4\n", "10:2.5/- 20:2.25/- 30:2/-", "iter|train loss|", WHOLE },
    { "a loss at a step", "Training loss at step 100: 3.5\nValidation loss at step 100: 3.75\n", "100:3.5/3.75",
      "step|Training loss|Validation loss", "" },
    { "train and val alone", "step 1, train: 3.5, val: 3.75\n", "1:3.5/3.75", "step|train|val", "" },
    { "steps in brackets", "[2] loss 3\n[3] loss 2.5\n4: loss 2\n", "2:3/- 3:2.5/- 4:2/-", "step|loss|", "" },
    { "a byte order mark", "\xef\xbb\xbfstep 1: loss 3.5\nstep 2: loss 3\n", "1:3.5/- 2:3/-", "step|loss|", "" },
    { "a table behind other lines", "Loading the model\nUsing 2 threads, no GPU\nstep,loss\n0,3\n1,x\n2,1\n",
      "0:3/- 1:-/- 2:1/-", "step|loss|", "1 field is not numeric, the first in line 5: treated as empty" },
    { "JSON behind other lines", "Loading\n{\"step\":0,\"loss\":3}\n{\"step\":1,\"loss\":2}\n", "0:3/- 1:2/-",
      "step|loss|", "" },
    { "thousands", "step 1,000: loss 3.5\nstep 2,000: loss 3.25\n", "1000:3.5/- 2000:3.25/-", "step|loss|", "" },
    { "resumed, with validation of its own", "{\"step\":1,\"loss\":3}\n{\"step\":2,\"loss\":2}\n"
      "{\"step\":2,\"val_loss\":2.5}\n"
      "{\"step\":3,\"loss\":1}\n{\"step\":3,\"val_loss\":1.5}\n{\"step\":2,\"loss\":2.25}\n", "1:3/- 2:2.25/2.5",
      "step|loss|val_loss", "the step goes back in line 6, as after resuming: 2 earlier rows are replaced|"
      "1 value is given twice for the same step: the last one counts" },
    { "resumed", "step 1 loss 3\nstep 2 loss 2\nstep 3 loss 1\nstep 2 loss 2.5\n", "1:3/- 2:2.5/-", "step|loss|",
      "the step goes back in line 4, as after resuming: 1 earlier row is replaced" },
};

START_TEST(logs_are_read)
{
    const Case *c = &cases[_i];
    char notes[RUN_NOTES][RUN_NOTE], all[RUN_NOTES * RUN_NOTE + 1] = "";
    Err  err = { 0 };
    ck_assert_msg(run_read(&run, c->text, strlen(c->text), (RunNames){ 0 }, false, &err), "%s: %s", c->what, err.msg);
    ck_assert_msg(strcmp(rows(), c->rows) == 0, "%s: %s", c->what, rows());
    ck_assert_msg(strcmp(columns(), c->columns) == 0, "%s: %s", c->what, columns());
    int n = run_notes(&run.faults, notes);
    for (int k = 0; k < n; k++)
        snprintf(all + strlen(all), sizeof all - strlen(all), "%s%s", k ? "|" : "", notes[k]);
    ck_assert_msg(strcmp(all, c->notes) == 0, "%s: %s", c->what, all);
    run_free(&run);
}
END_TEST

/* However a log is cut, reading it ends, and what is read is a beginning of its rows (sanitizers check the rest). */
START_TEST(logs_are_cut)
{
    const Case *c = &cases[_i];
    for (size_t n = 0; n <= strlen(c->text); n++) {
        Err   err = { 0 };
        char *copy = malloc(n ? n : 1);
        ck_assert(copy != NULL);
        memcpy(copy, c->text, n);
        if (run_read(&run, copy, n, (RunNames){ 0 }, n % 2, &err)) {
            for (size_t i = 1; i < run.n; i++)
                ck_assert(run.column[RUN_STEP][i] > run.column[RUN_STEP][i - 1]);
            run_free(&run);
        } else
            ck_assert(err_any(&err));
        free(copy);
    }
}
END_TEST

static const struct { const char *text, *said; } refused[] = {
    { "0,train,2.3,0.5\n0,val,2.2,0.5\n", "its first line holds values, not column names" },
    { "step,loss\n0,tensor(3.0)\n1,tensor(2.5)\n",
      "the column \"loss\" holds no number in 2 rows: its first value is \"tensor(3.0)\", in line 2" },
    { "a,b\n1,2\n2,3\n", "its columns are a, b, in 2 rows" },
    { "run,step,loss\na,0,3\na,1,2\nb,0,4\nb,1,3\n", "told apart by the column \"run\" (a, b)" },
    { "step,seed,loss\n0,1,3\n0,2,4\n1,1,2\n1,2,3\n", "told apart by the column \"seed\"" },
    { "step,optimizer,loss\n0,adam,3\n1,adam,2\n0,sgd,4\n1,sgd,3\n", "told apart by the column \"optimizer\" (adam, "
      "sgd)" },
    { "{\"a\": 1}\n{\"a\": 2}\n", "2 records of JSON" },
    { "[]", "JSON" },
    { "Once upon a time\nthere was a king.\n", "no column is named like a loss" },
};

START_TEST(others_are_refused)
{
    Err err = { 0 };
    ck_assert(!run_read(&run, refused[_i].text, strlen(refused[_i].text), (RunNames){ 0 }, false, &err));
    ck_assert_msg(strstr(err.msg, refused[_i].said) != NULL, "%s", err.msg);
}
END_TEST

/* Names that the user gives, also for a table in long form. */
static const struct { const char *text; RunNames names; const char *rows, *said; } given[] = {
    { "step,a,b\n0,3,4\n", { NULL, "a", "B" }, "0:3/4", NULL },
    { "{\"n\":0,\"a b\":3}\n{\"n\":1,\"a b\":2}\n", { "n", "a_b", NULL }, "0:3/- 1:2/-", NULL },
    { "epoch,phase,nll_loss\n0,train,3\n0,val,4\n", { NULL, "nll_loss", "nll_loss" }, "0:3/4", NULL },
    { "epoch,metric,value\n0,kl,3\n0,loss,4\n", { NULL, "kl", NULL }, "0:3/-", NULL },
    { "step,a,loss\n0,x,4\n", { NULL, "a", NULL }, NULL, "the column \"a\" holds no number" },
};

START_TEST(names_are_given)
{
    Err  err = { 0 };
    bool ok = run_read(&run, given[_i].text, strlen(given[_i].text), given[_i].names, false, &err);
    ck_assert_msg(ok == !given[_i].said && (ok || strstr(err.msg, given[_i].said)), "%s", err.msg);
    if (ok) {
        ck_assert_str_eq(rows(), given[_i].rows);
        run_free(&run);
    }
}
END_TEST

/* A loss that one row in ten has is averaged over its own values. */
START_TEST(values_are_counted)
{
    static const char text[] = "step,loss,val_loss\n0,3,\n1,,4\n2,2,\n3,,\n4,nan,\n";
    Err err = { 0 };
    ck_assert(run_read(&run, text, sizeof text - 1, (RunNames){ 0 }, false, &err));
    ck_assert_uint_eq(run_count(&run, RUN_TRAIN), 2);
    ck_assert_uint_eq(run_count(&run, RUN_VAL), 1);
    ck_assert_uint_eq(run_count(&run, RUN_RATE), 0);
    run_free(&run);
}
END_TEST

CHECK_MAIN("formats", LOOP(logs_are_read, 0, sizeof cases / sizeof *cases),
           LOOP(logs_are_cut, 0, sizeof cases / sizeof *cases),
           LOOP(others_are_refused, 0, sizeof refused / sizeof *refused),
           LOOP(names_are_given, 0, sizeof given / sizeof *given), TEST(values_are_counted))
