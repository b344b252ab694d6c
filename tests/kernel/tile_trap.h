#ifndef TILE_TRAP_H
#define TILE_TRAP_H
/* Emulates AMX on processors without it, where its instructions raise SIGILL: the handler decodes the instruction,
 * runs it on a model (tile_model.h) and resumes after it, so that the compiled code can run. Each thread has its
 * own tiles. */
#include "kernel/tile_model.h"
#include <signal.h>
#include <stdlib.h>
#include <ucontext.h>

static _Thread_local TileModel trapped;

/* Register number r of x86's encoding: rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8 to r15. */
static uint64_t trap_register(const ucontext_t *u, int r)
{
    static const int places[] = { REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
                                  REG_R8,  REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15 };
    return (uint64_t)u->uc_mcontext.gregs[places[r]];
}

/* Decodes from ModRM on: the address, the index register's content, and the length. */
typedef struct TrapOperand {
    uint64_t base, index;
    size_t   length;
} TrapOperand;

static TrapOperand trap_operand(const ucontext_t *u, const uint8_t *code)
{
    bool high_index = !(code[1] & 0x40), high_base = !(code[1] & 0x20);
    int  mode = code[4] >> 6, base = code[4] & 7;
    TrapOperand o = { .length = 5 };
    if (base == 4) {                                        /* a SIB byte; only scale 1 occurs */
        uint8_t sib = code[o.length++];
        int     index = (sib >> 3 & 7) + 8 * high_index;
        ck_assert_msg(index == 4 || sib >> 6 == 0, "a scaled index");
        base    = sib & 7;
        o.index = index == 4 ? 0 : trap_register(u, index);
    }
    ck_assert_msg(mode != 3 && !(mode == 0 && base == 5), "no address in registers");
    o.base = trap_register(u, base + 8 * high_base);
    if (mode == 1) {
        o.base += (uint64_t)(int64_t)(int8_t)code[o.length++];
    } else if (mode == 2) {
        int32_t far;
        memcpy(&far, code + o.length, sizeof far);
        o.base += (uint64_t)(int64_t)far, o.length += sizeof far;
    }
    return o;
}

/* C4, two bytes of VEX (map 0F 38, the prefix in the lowest two bits of the second), the opcode, ModRM. */
static void trap_answer(int signal, siginfo_t *info, void *context)
{
    enum { NONE, P66, PF3, PF2 };
    ucontext_t    *u    = context;
    const uint8_t *code = (const uint8_t *)(uintptr_t)u->uc_mcontext.gregs[REG_RIP];
    int            kind = code[2] & 3, reg = code[4] >> 3 & 7, rm = code[4] & 7;
    bool           registers = code[4] >> 6 == 3;
    (void)signal, (void)info;
    if (code[0] != 0xc4 || (code[1] & 0x1f) != 2 || (code[2] & 0x84) != 0)
        abort();                                            /* not an AMX instruction */
    TrapOperand o = registers ? (TrapOperand){ .length = 5 } : trap_operand(u, code);
    if (code[3] == 0x49 && kind == NONE && registers)
        model_end(&trapped);
    else if (code[3] == 0x49 && kind == NONE)
        model_shape(&trapped, (const void *)(uintptr_t)(o.base + o.index));
    else if (code[3] == 0x49 && kind == PF2 && registers)
        model_zero(&trapped, reg);
    else if (code[3] == 0x4b && kind == PF2)
        model_load(&trapped, reg, (const void *)(uintptr_t)o.base, o.index);
    else if (code[3] == 0x4b && kind == PF3)
        model_store(&trapped, reg, (void *)(uintptr_t)o.base, o.index);
    else if (code[3] == 0x5c && kind == PF3 && registers)
        model_dot(&trapped, reg, rm, ~(code[2] >> 3) & 7);
    else
        abort();
    u->uc_mcontext.gregs[REG_RIP] += (greg_t)o.length;
}

static void trap_start(void)
{
    struct sigaction a = { .sa_sigaction = trap_answer, .sa_flags = SA_SIGINFO | SA_NODEFER };
    sigemptyset(&a.sa_mask);
    ck_assert_int_eq(sigaction(SIGILL, &a, NULL), 0);
}
#endif
