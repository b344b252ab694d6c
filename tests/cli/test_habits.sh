#!/bin/sh
# Command lines of nanoGPT, llama.cpp and Hugging Face's transformers: they work where there is a counterpart, and every
# other option gets an answer. test_habits.sh COMMAND ..., all of them.
set -u
tests=$(dirname "$0")/..
# shellcheck source=tests/cli.sh
. "$tests/cli.sh"
habits=$(cd "$tests/.." && pwd)/src/cli/habits.c
cd "$dir" || exit 1
awk 'BEGIN { for (i = 0; i < 150; i++) print "The cat number " i % 17 " sat on the mat." }' > text
code() { "$@" > out 2> said < /dev/null; echo $?; }
model() { cksum < "$1/model.heed"; }

echo 1..9
"$train" text --layers 1 --heads 2 --channels 16 --context 16 --batch 4 --steps 8 --lr 0.002 --min-lr 0.0001 \
    --warmup 2 --beta1 0.85 --beta2 0.98 \
    --weight-decay 0.1 --clip 1 --eval-every 4 --log-every 1 --no-bias --dropout 0.1 \
    --accumulate 2 --seed 7 --out ours --quiet
result 'a line of nanoGPT trains the same model' "$(code "$train" text --n_layer=1 --n_head=2 --n_embd=16 \
    --block_size=16 --batch_size=4 --max_iters=8 --learning_rate=0.002 --min_lr=0.0001 --warmup_iters=2 --beta1=0.85 \
    --beta2=0.98 --weight_decay=0.1 --grad_clip=1 --eval_interval=4 --log_interval=1 --bias=False --dropout=0.1 \
    --gradient_accumulation_steps=2 --seed=7 --out_dir=nano --quiet) $(model nano)" "0 $(model ours)"
result 'a line of Hugging Face, too' "$(code "$train" text --num_hidden_layers 1 --num_attention_heads 2 \
    --hidden_size 16 --max_seq_length 16 --per_device_train_batch_size 4 --max_steps 8 --learning_rate 2e-3 \
    --min_learning_rate 1e-4 --warmup_steps 2 --adam_beta1 0.85 --adam_beta2 0.98 --weight_decay 0.1 --max_grad_norm 1 \
    --eval_steps 4 --logging_steps 1 --no_bias --dropout 0.1 --gradient_accumulation_steps 2 --random_seed 7 \
    --output_dir hugging --overwrite_output_dir --quiet) $(model hugging)" "0 $(model ours)"
"$sample" --model ours --prompt 'The c' --count 40 --seed 3 --threads 1 --temp 0.7 --top-k 9 --top-p 0.9 > want 2> said
for line in '-m ours -p The|c -n 40 -s 3 -t 1 --temp 0.7 --top_k 9 --top_p 0.9' \
    '--model ours --prompt The|c --n-predict 40 --seed 3 --threads 1 --temperature 0.7 --top-k 9 --top_p 0.9' \
    '--out_dir=ours --start=The|c --max_new_tokens=40 --seed=3 --temperature=0.7 --top_k=9 --top_p=0.9'; do
    set -f
    # shellcheck disable=SC2086
    set -- $line
    for word; do
        shift
        set -- "$@" "$(printf '%s' "$word" | tr '|' ' ')"
    done
    set +f
    result "sample $line" "$(code "$sample" "$@") $(cksum < out)" "0 $(cksum < want)"
done

# Every name in the table is understood by its command: never just "unknown option".
none=$(sed -n '/^static const Habit table/,/^};/p' "$habits" | tr '\n' ' ' | sed 's/{ "/\n/g; s/" *"//g' |
    sed -n 's/^\([a-z]*\)", *"\([^"]*\)".*/\1 \2/p' | while read -r command names; do
        for name in $names; do
            case $name in ?) flag=-$name ;; *) flag=--$name ;; esac
            code "$(eval "echo \$$command")" "$flag" 1 x > /dev/null
            ! grep -q "unknown option $flag\$\|did you mean" said || echo "$command $flag"
        done
    done)
result 'every name of the table is understood' "$none" ''
result 'and there are many' "$(grep -c '^    { "' "$habits" | awk '{ print ($1 > 60) }')" 1

code "$train" text --compile=False --device=cpu --init_from=scratch --eval_iters=20 --wandb_log=False > /dev/null
result 'all are answered at once' \
    "$(grep -c '^train: unknown option --[a-z_]*: ' said)$(grep -c 'and [0-9]* more' said)" '41'
code "$sample" --repeat-penalty 1.1 -c 512 --count x > /dev/null
result 'sample, too' "$(grep -c '^sample: ' said)" 3
