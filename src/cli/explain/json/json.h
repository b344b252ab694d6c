#ifndef CLI_EXPLAIN_JSON_H
#define CLI_EXPLAIN_JSON_H
#include "cli/explain/report.h"
#include "base/json.h"

/* The report as one JSON object, "schema": "heed-explain-1", for programs and for the page.
 *
 * Positions, layers, heads and rows are counted from 0; losses are in nats, entropies in bits; numbers that are not
 * finite are null. n = answer.pos + 1 is the length of the prompt. ds < 0: raising the score lowers the loss, so a step
 * attends there more. "tri": one array per row i, with the i+1 numbers of keys 0..i. Numbers in "layers" have 6
 * significant digits, others 12. Readers ignore unknown keys; keys may be added under the same schema name, but none is
 * changed or removed.
 *
 *   model        path, layers, heads, channels, width, vocab, context, parameters, bias, tied,
 *                positions (learned, none, rotary), norm (layer, rms), activation (gelu, relu2), embed_norm, qk_norm,
 *                value_mix, char_mix, step
 *   notes        sentences to show above everything
 *   characters   [n] of {i, id, code, byte, text, show, name}: code null for a byte, byte null for a
 *                character; show makes white space visible
 *   vocabulary   [vocab] of {id, code, byte, text, show, name}
 *   answer       pos, target (id), target_why, p, loss, entropy, p_all [vocab], order [<= 40] ids by falling p
 *   where        the traced row: layer, head, row, push (sum of |ds|), chosen: by its push, not by the user; why;
 *                larger: null or the row with the largest push {layer, head, row, push}
 *   sentence     the summary
 *   layers       [layers] of {heads: [heads] of {s, a, da, ds, av: tri; q, k, v, g: [n][width], g = dL/do;
 *                entropy, push: [n]; logit: direct contribution to the target's logit; ablation: change of the loss
 *                with the head ablated}}
 *   scales       ds, av, logit, ablation: the largest magnitudes, for colour scales
 *   trace        layer, head, row, keys_n, entropy, entropy_max, mean_da, rank_correlation (of -ds and masked; null:
 *                no order), q, g, o [width], k, v [row+1][width], root (sqrt of width), keys [row+1] of {j, s, a, da,
 *                rel (da - mean_da), ds, fd, error, ok (all three null: not run), av, masked: change of the loss with
 *                the key masked in this row (null: not tried), predicted: the same to first order, -ds / (1 - a),
 *                flag: null, saturated, curved or redundant (explain/keys/keys.h), twin, joint: null, or the key masked
 *                with it and the change then,
 *                look: more|less|same, dots [width]: q_d k_d, losses: the loss with this score changed by each of
 *                deltas}, deltas, share {keys, of, fraction}
 *   invariants   the self-checks, of {name, ok, value, limit, text}
 *   paths        parts, error (relative, of the vectors' sum), layers [layers] of {layer, total [n], share {v, k, q,
 *                skip, mlp: [n]}}: the five shares of a character add up to its total; with counts in the model
 *                end {total, output, counts, error}: of the last stream, through the output matrix and the gains
 *   lens         [layers+1] of {after, p, loss, rank, entropy, top [<= 5] of {id, p}}
 *   logit        value, parts of {name, value, layer, head}, error
 *   embeddings   near [vocab] of {id, near [<= 5] of {id, cosine}}, positions [m][m] cosines, m <= 64, positions_first
 *   sweep        of {name, factor (null: infinite), entropy, loss, p, ds, dq, dk, dv}
 *   step         rate, first, second, actual (changes of the loss), loss_before, loss_after, p_before, p_after, agree,
 *                s_before, s_after, a_before, a_after, ds_before, ds_after [row+1]
 *   effects      baseline, points, integrated [n], sum, expected, error, deleted [n], masked [n]
 *   cause        what the answer depends on (explain/cause): sentence; rival {id, text, show, p}, null in a vocabulary
 *                of one; log_odds: D = log p(target) - log p(rival); named: the causes, of {first, last, text, role:
 *                decides|supports, favours: target|rival}; limits and disputed, of {first, last, text}; head {layer,
 *                head, row, change}: the one that reads what decides, and the change of the loss with that masked for
 *                it alone, or null; tried, of: how many units were deleted and replaced; units, of {kind: word|char,
 *                first, last, text, deleted,
 *                replaced, replaced_low, replaced_high, masked: changes of D, in nats; integrated: > 0 favours the
 *                target; draws; deleted_p, replaced_p, masked_p: the target's probability then}, null: not tried
 *   counts       only if the model mixes counts in (src/explain/output/halves.h, decides.h): sentence; verdict (either,
 *                attention, counting, together): which half decides between answer and rival, two ids (rival -1: none);
 *                excludes (the same or unclear): which excludes all others; lone: the answer has no rival, and both are
 *                about all characters but it; odds: nats of answer against rival, others: the probability of the rest,
 *                {whole, without_counts, without_model, counting}; contexts, gains [K]: characters at most, g_k;
 *                counted [K][vocab]: log p_k after the prompt; known, times: how many of the last characters the
 *                counted text has, and how often; p {whole, without_counts, without_model, counting: [vocab]};
 *                by_counts (the sum of gains times counted), by_model [vocab], nats, which add up to the logits before
 *                soft capping; error; loss {the same four: [n]}: -log p of each character of the prompt, null for the
 *                first; mean: of those
 *   nudges       the edits requested, of {what, kind, layer, head, i, j, by, characters: the positions masked together,
 *                heads: of [layer, head], ablated together, before, first, second, actual}
 *   tape         of {op, math, shape, name, val, grad}: root mean squares, the last operation first;
 *                grad null: a constant
 *   replay       null, or the snapshots {steps, frames of {step, loss, p, a, ds: [layers][heads][row+1]}}
 *   versus       null, or with --versus the comparison of the prompt (A) with another text (B); its numbers are defined
 *                in src/explain/versus/versus.h. sentence; control: null, or the control of the word that it names as
 *                read; words_a, words_b: what differs, "" for nothing; characters [B's length] of {i, id, text, show};
 *                pairs of [i, j]: aligned positions, the last that of the answers; spans of {a, a_end, b, b_end}: the
 *                stretches that differ, ends excluded; answers [2] ids: a1 of A, a2 of B, or a1's rival if B's is the
 *                same; same; p_a, p_b [2]: of both answers; log_odds [2]: log p(a1)/p(a2) in A, in B; heads
 *                [layers*heads] of {layer, head, into_a, into_b: its output patched at all pairs, as a fraction of the
 *                difference of log_odds; last_into_a, last_into_b: at the last pair}; all_heads {into_a, into_b};
 *                counts, with counts in the model: the same of what counting says at the last pair;
 *                residual [layers+1] of {into_a, into_b: [pairs]}: the stream before each layer, and after the last;
 *                verdict (nothing, one, needed, redundant, together, spread); carriers: the heads of the verdict,
 *                {layer, head, rows_into_a, rows_into_b [pairs], reading {pair, everywhere, row, first, end, first_b,
 *                end_b, after, weight, into_b, unmasked, masked, lost, lost_b, survives, in_b}}; together {into_a,
 *                into_b}. null: not run
 *   why          null, or with --why a score in parts; its numbers are defined in src/explain/why/why.h and writes.h.
 *                layer, head, query, key; place, positions: sentences; score, weight; content, at_zero: the score as
 *                its mean over distances, and at distance 0 (null without rotary positions); error, checked;
 *                query_side, key_side {sentence, parts: n, units of {kind: token|position|head|mlp|bias, layer, head,
 *                back (null: all positions), sum, over, content, held, free {score, weight, effect}}: first the n
 *                parts, then sources as a whole, cause: index of a unit or null, together: units that are a cause
 *                only together, together_free: null or as free, reads: null or {survives, first, last, after, weight,
 *                effect}}; cells, free, content_cells [query parts][key parts]; writes {sentence,
 *                tokens: the target and its rival, p: with and without, size, logits, total, direct, norm [tokens],
 *                heads [layers*heads][tokens], mlps [layers][tokens], error}
 *   lesson       null, or with --lesson what a gradient step teaches a head (src/explain/why/lesson.h): layer, head,
 *                rate; tokens: the target and its rival; matrices [4] of {name: Q|K|V|O, sentence, norm, error,
 *                share [n], terms [<= 3] of {at, share, input, likeness, more, less: ids, partner, meant, moved},
 *                step}; together: a step on all four. A step is {loss, logits [tokens]: of [predicted, measured]}
 *   roles        null, or with --roles what every head does on a text: the object of schema heed-roles-1, described in
 *                cli/explain/roles/census.h
 *   trimmed      null, or {first, of, text}: "layers" then holds rows and keys first..n-1 only
 *
 * False when it could not be written completely. */
bool explain_json(FILE *out, const Report *r);

/* The keys "layers" and "scales": heads.c. */
void explain_json_layers(Json *j, const Report *r, int first);

/* The key "cause": cause.c. */
void explain_json_cause(Json *j, const Report *r);

/* The keys "trace", "paths", "lens", "logit", "embeddings": parts.c. */
void explain_json_parts(Json *j, const Report *r);
#endif
