/* seccomp: one list of system calls per role, measured by running everything under `trap`. */
#include "sandbox.h"

#include "log.h"

#include <errno.h>
#include <linux/audit.h>
#include <seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

/* Memory, time, waiting, signals, and bytes over descriptors that are open already. */
static const int always[] = {
    SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(readv), SCMP_SYS(writev), SCMP_SYS(close), SCMP_SYS(fstat), SCMP_SYS(lseek),
    SCMP_SYS(recvmsg), SCMP_SYS(sendmsg), SCMP_SYS(recvfrom), SCMP_SYS(sendto), SCMP_SYS(shutdown),
    SCMP_SYS(getsockopt), SCMP_SYS(setsockopt), SCMP_SYS(fcntl), SCMP_SYS(epoll_wait), SCMP_SYS(epoll_pwait),
    SCMP_SYS(epoll_ctl), SCMP_SYS(poll),
    SCMP_SYS(ppoll), SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(mlock), SCMP_SYS(mlock2),
    SCMP_SYS(munlock), SCMP_SYS(futex), SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack), SCMP_SYS(restart_syscall), SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(tgkill), SCMP_SYS(exit),
    SCMP_SYS(exit_group), SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres), SCMP_SYS(gettimeofday), SCMP_SYS(time),
    SCMP_SYS(nanosleep), SCMP_SYS(clock_nanosleep), SCMP_SYS(getrandom), SCMP_SYS(sched_yield), SCMP_SYS(rseq),
    SCMP_SYS(set_robust_list), SCMP_SYS(getrusage), SCMP_SYS(newfstatat), SCMP_SYS(membarrier),
};
/* Files, for roles whose paths Landlock bounds. */
static const int files_read[] = {
    SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(stat), SCMP_SYS(lstat), SCMP_SYS(statx), SCMP_SYS(access), SCMP_SYS(faccessat),
    SCMP_SYS(faccessat2), SCMP_SYS(readlink), SCMP_SYS(readlinkat), SCMP_SYS(pread64), SCMP_SYS(preadv), SCMP_SYS(getdents64),
    SCMP_SYS(getcwd), SCMP_SYS(geteuid), SCMP_SYS(getuid), SCMP_SYS(getegid), SCMP_SYS(getgid), SCMP_SYS(fstatfs),
    SCMP_SYS(fadvise64), SCMP_SYS(flock), SCMP_SYS(uname), SCMP_SYS(sysinfo),
};
static const int files_write[] = {
    SCMP_SYS(pwrite64), SCMP_SYS(pwritev), SCMP_SYS(ftruncate), SCMP_SYS(fallocate), SCMP_SYS(fsync), SCMP_SYS(fdatasync),
    SCMP_SYS(unlink), SCMP_SYS(unlinkat), SCMP_SYS(rename), SCMP_SYS(renameat), SCMP_SYS(renameat2), SCMP_SYS(mkdir),
    SCMP_SYS(mkdirat), SCMP_SYS(rmdir), SCMP_SYS(fchmod), SCMP_SYS(fchown), SCMP_SYS(umask), SCMP_SYS(utimensat),
};
static const int accepts[] = { SCMP_SYS(accept), SCMP_SYS(accept4), SCMP_SYS(getsockname), SCMP_SYS(getpeername) };
static const int database[] = { SCMP_SYS(connect), SCMP_SYS(getsockname), SCMP_SYS(getpeername), SCMP_SYS(select),
    SCMP_SYS(pselect6) };
/* What a sanitizer does besides when it reports, symbolises and unwinds. */
static const int sanitizer[] UNUSED = { SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(readlink), SCMP_SYS(stat), SCMP_SYS(access),
    SCMP_SYS(prctl), SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(dup), SCMP_SYS(dup2), SCMP_SYS(pipe), SCMP_SYS(pipe2),
    SCMP_SYS(getppid), SCMP_SYS(sched_getaffinity), SCMP_SYS(prlimit64), SCMP_SYS(getcwd), SCMP_SYS(uname),
    SCMP_SYS(arch_prctl), SCMP_SYS(pread64), SCMP_SYS(kill), SCMP_SYS(wait4), SCMP_SYS(ioctl) };
/* The courier and the host run other people's programs, which inherit their filter, so they have a list of what nobody needs
 * instead. OpenSSH, which the host starts, locks people in by chroot. */
static const int dangerous[] = {
    SCMP_SYS(ptrace), SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev), SCMP_SYS(kexec_load), SCMP_SYS(kexec_file_load),
    SCMP_SYS(init_module), SCMP_SYS(finit_module), SCMP_SYS(delete_module), SCMP_SYS(bpf), SCMP_SYS(perf_event_open),
    SCMP_SYS(mount), SCMP_SYS(umount2), SCMP_SYS(pivot_root), SCMP_SYS(unshare), SCMP_SYS(setns),
    SCMP_SYS(swapon), SCMP_SYS(swapoff), SCMP_SYS(reboot), SCMP_SYS(settimeofday), SCMP_SYS(clock_settime), SCMP_SYS(adjtimex),
    SCMP_SYS(keyctl), SCMP_SYS(add_key), SCMP_SYS(request_key), SCMP_SYS(userfaultfd), SCMP_SYS(iopl), SCMP_SYS(ioperm),
    SCMP_SYS(acct), SCMP_SYS(quotactl), SCMP_SYS(nfsservctl), SCMP_SYS(lookup_dcookie), SCMP_SYS(move_pages),
    SCMP_SYS(mbind), SCMP_SYS(open_by_handle_at), SCMP_SYS(pidfd_getfd), SCMP_SYS(io_uring_setup),
};

static st allow(scmp_filter_ctx f, const int *calls, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        int rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, calls[i], 0);
        if (rc < 0 && rc != -EEXIST && rc != -EDOM) /* EDOM: this machine has no such call */
            return ST_BUG;
    }
    return ST_OK;
}
#define ALLOW(f, list) allow((f), (list), COUNT(list))

static st added(int rc)
{
    return rc == 0 || rc == -EEXIST ? ST_OK : ST_BUG;
}

/* Memory that is both written and executed is how injected code would come to run. */
static st allow_memory(scmp_filter_ctx f)
{
    TRY(added(seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0))));
    return added(seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)));
}

/* Threads of this process, and no other kind of child. clone3 hides its flags in memory: "not there" makes the
 * C library fall back to clone. */
static st allow_threads(scmp_filter_ctx f)
{
    const unsigned long thread = 0x00010000; /* CLONE_THREAD */
    TRY(added(seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0)));
    TRY(added(seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(eventfd2), 0)));
    return added(seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, SCMP_A0(SCMP_CMP_MASKED_EQ, thread, thread)));
}

static st allow_unix_sockets(scmp_filter_ctx f)
{
    TRY(ALLOW(f, database));
    return added(seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1, SCMP_A0(SCMP_CMP_EQ, AF_UNIX, 0)));
}

static st role_calls(scmp_filter_ctx f, enum role role, bool database_socket)
{
    TRY(ALLOW(f, always));
    TRY(allow_memory(f));
    if (role == ROLE_FRONT || role == ROLE_WRITER || role == ROLE_VAULT || role == ROLE_SITE)
        TRY(ALLOW(f, accepts));
    if (role == ROLE_APP || role == ROLE_WRITER || role == ROLE_VAULT || role == ROLE_SITE)
        TRY(ALLOW(f, files_read));
    if (role == ROLE_WRITER || role == ROLE_VAULT || role == ROLE_SITE)
        TRY(ALLOW(f, files_write));
    if (role == ROLE_VAULT)
        TRY(allow_threads(f));
    if (database_socket && (role == ROLE_APP || role == ROLE_WRITER))
        TRY(allow_unix_sockets(f));
#ifdef SANITIZED
    TRY(ALLOW(f, sanitizer));
#endif
    return ST_OK;
}

static st forbid_dangerous(scmp_filter_ctx f, enum role role)
{
    if (role != ROLE_HOST)
        TRY(added(seccomp_rule_add(f, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(chroot), 0)));
    for (size_t i = 0; i < COUNT(dangerous); i++) {
        int rc = seccomp_rule_add(f, SCMP_ACT_ERRNO(EPERM), dangerous[i], 0);
        if (rc < 0 && rc != -EEXIST && rc != -EDOM)
            return ST_BUG;
    }
    return ST_OK;
}

/* Tell which call it was, with nothing but write(2), and end. */
static void on_trap(int sig UNUSED, siginfo_t *info, void *context UNUSED)
{
    char text[] = "event=sandbox-violation syscall=0000\n";
    unsigned call = (unsigned)info->si_syscall;
    for (size_t at = sizeof text - 3; text[at] != '='; at--, call /= 10)
        text[at] = (char)('0' + call % 10);
    if (write(STDERR_FILENO, text, sizeof text - 1) < 0)
        _exit(70);
    _exit(70);
}

static st catch_traps(void)
{
    struct sigaction a = { .sa_sigaction = on_trap, .sa_flags = SA_SIGINFO };
    sigemptyset(&a.sa_mask);
    return sigaction(SIGSYS, &a, NULL) == 0 ? ST_OK : ST_IO;
}

static st load(scmp_filter_ctx f, bool *held)
{
    int rc = seccomp_attr_set(f, SCMP_FLTATR_CTL_TSYNC, 1);
    if (rc == 0)
        rc = seccomp_load(f);
    /* Anything but "this kernel has none" is a list that is wrong. */
    if (rc == -EINVAL || rc == -ENOSYS || rc == -ECANCELED || rc == -EACCES || rc == -EPERM || rc == -EOPNOTSUPP)
        return ST_OK;
    if (rc < 0)
        return ST_BUG;
    *held = true;
    return ST_OK;
}

st sandbox_calls(enum role role, bool database_socket, bool trap, bool *held)
{
    *held = false;
    uint32_t otherwise = trap ? SCMP_ACT_TRAP : SCMP_ACT_ERRNO(EPERM);
    bool runs_programs = role == ROLE_COURIER || role == ROLE_HOST;
    scmp_filter_ctx f = seccomp_init(runs_programs ? SCMP_ACT_ALLOW : otherwise);
    if (!f)
        return ST_NO_MEMORY;
    st s = runs_programs ? forbid_dangerous(f, role) : role_calls(f, role, database_socket);
    if (s == ST_OK && trap)
        s = catch_traps();
    if (s == ST_OK)
        s = load(f, held);
    seccomp_release(f);
    return s;
}
