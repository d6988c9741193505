using IlgpuGan.TestsCommon.PtxMachine;
using IlgpuGan.TestsCommon.PtxMachine.Execution;

namespace IlgpuGan.KernelsTests.Gpu.PtxMachine;

/// <summary>The machine refuses what the ISA does not allow and reports what it leaves undefined, with the line.</summary>
public sealed class PtxStrictnessTests
{
    private const int FirstLine = 15;

    /// <summary>
    /// A kernel around some instructions: %out is a buffer of 64 words, %tid the thread; shared memory `tile` has 256 bytes.
    /// </summary>
    private static string Kernel(string body, int sm = 80, string isa = "7.0") =>
        $$"""
        .version {{isa}}
        .target sm_{{sm}}
        .address_size 64
        .visible .entry test(.param .u64 buffer)
        {
            .reg .pred %p<8>;
            .reg .b16 %h<8>;
            .reg .b32 %r<16>;
            .reg .b64 %out, %rd<8>;
            .reg .f32 %f<8>;
            .reg .f64 %fd<4>;
            .shared .align 16 .b8 tile[256];
            ld.param.u64 %out, [buffer];
            mov.u32 %r0, %tid.x;
        {{body}}
            ret;
        }
        """;

    private static uint[] Run(string body, int threads = 1, int sm = 80, string isa = "7.0", int groups = 1)
    {
        var memory = new PtxGlobalMemory();
        var block = memory.Allocate(256);
        block.Bytes.AsSpan().Clear();
        PtxImage.Load(Kernel(body, sm, isa), memory).Launch("test", BitConverter.GetBytes(block.Address), (groups, 1, 1), (threads, 1, 1));
        var result = new uint[64];
        Buffer.BlockCopy(block.Bytes, 0, result, 0, 256);
        return result;
    }

    [TestCase("add.s32 %r1, %r0, %f0;", "type .f32 is no operand of type .s32")]
    [TestCase("add.u32 %r1, %r0, %rd0;", "type .b64 is no operand of type .u32")]
    [TestCase("add.u32 %r1, %r0;", "2 operands instead of 3")]
    [TestCase("add.u32 %r1, %r99, 1;", "'%r99' is not declared")]
    [TestCase("add.s32.sat %r1, %r0, 1;", "'.sat' does not belong here")]
    [TestCase("mul.s32 %r1, %r0, 2;", "'.s32' is no type of this instruction")]
    [TestCase("mul.wide.u64 %rd1, %rd0, %rd0;", "there is no wider type")]
    [TestCase("fma.f32 %f0, %f1, %f2, %f3;", "the rounding is missing")]
    [TestCase("div.f32 %f0, %f1, %f2;", "the rounding is missing")]
    [TestCase("cvt.s32.f32 %r1, %f0;", "the rounding is missing")]
    [TestCase("cvt.rn.f64.f32 %fd0, %f0;", "rounding .rn does not belong")]
    [TestCase("cvt.f32.f64 %f0, %fd0;", "the rounding is missing")]
    [TestCase("cvt.rn.s32.s64 %r1, %rd0;", "rounding .rn does not belong")]
    [TestCase("setp.lo.s32 %p0, %r0, 1;", "no comparison .lo")]
    [TestCase("setp.lt.b32 %p0, %r0, 1;", "no comparison .lt")]
    [TestCase("shr.b32 %r1, %r0, %rd0;", "no operand of type .u32")]
    [TestCase("ld.global.v4.b64 {%rd0, %rd1, %rd2, %rd3}, [%out];", "at most 16 bytes")]
    [TestCase("ld.global.v2.u32 {%r1, %r1}, [%out];", "different registers")]
    [TestCase("ld.global.v2.u32 %r1, [%out];", "a vector of 2 elements is needed")]
    [TestCase("ld.global.f32 %f1, [%fd0];", "an address is an integer")]
    [TestCase("ld.global.u32 %r1, [tile];", "'tile' is in Shared space")]
    [TestCase("ld.shared.nc.u32 %r1, [tile];", ".nc is for weak loads from global")]
    [TestCase("ld.global.u32 %h0, [%out];", "type .b16 is no operand of type .u32")]
    [TestCase("st.param.u32 [buffer], %r0;", "can't be written")]
    [TestCase("atom.global.add.s64 %rd0, [%out], %rd1;", "'.s64' is no type")]
    [TestCase("atom.global.min.f32 %f0, [%out], %f1;", "'.f32' is no type")]
    [TestCase("red.global.exch.b32 [%out], %r0;", "one of")]
    [TestCase("shfl.down.b32 %r1, %r0, 1, 31;", "gone since sm_70")]
    [TestCase("bra nowhere;", "'nowhere' is declared nowhere")]
    [TestCase("mov.u32 %r1, 4294967296;", "does not fit")]
    [TestCase("mov.f32 %f0, 1;", "no value of type .f32")]
    [TestCase("min.NaN.f64 %fd0, %fd1, %fd2;", "neither .ftz nor .NaN")]
    [TestCase("cp.async.cg.shared.global [tile], [%out], 8;", "no size of such a copy")]
    [TestCase("frobnicate.u32 %r1, %r0;", "not known")]
    public void WhatTheIsaDoesNotAllowIsRejected(string statement, string reason)
    {
        var rejection = Assert.Throws<PtxRejectedException>(() => Run(statement))!;
        Assert.That(rejection.Line, Is.EqualTo(FirstLine).Or.EqualTo(4), rejection.Message);
        Assert.That(rejection.Message, Does.Contain(reason));
    }

    [TestCase("cp.async.commit_group;", 75, "7.0")]
    [TestCase("cvt.rna.tf32.f32 %r1, %f0;", 70, "7.0")]
    [TestCase("min.NaN.f32 %f0, %f1, %f2;", 70, "6.3")]
    [TestCase("tanh.approx.f32 %f0, %f1;", 70, "7.8")]
    [TestCase("redux.sync.add.u32 %r1, %r0, -1;", 75, "7.0")]
    [TestCase("activemask.b32 %r1;", 70, "6.0")]
    public void InstructionsOfOtherTargetsAreRejected(string statement, int sm, string isa) =>
        Fails.With<PtxRejectedException>(() => Run(statement, sm: sm, isa: isa), "needs sm_");

    [TestCase(90, "7.0")]
    [TestCase(86, "6.3")]
    public void TargetsNeedTheirVersion(int sm, string isa) =>
        Fails.With<PtxRejectedException>(() => Run("", sm: sm, isa: isa), "needs ISA");

    [TestCase("st.global.u32 [%out+256], %r0;", "outside of a block of 256 bytes")]
    [TestCase("mov.u64 %rd0, 64; ld.global.u32 %r1, [%rd0];", "outside of global memory")]
    [TestCase("ld.global.u32 %r1, [%out+2];", "is no multiple of 4")]
    [TestCase("ld.global.v4.u32 {%r1, %r2, %r3, %r4}, [%out+8];", "is no multiple of 16")]
    [TestCase("ld.shared.u32 %r1, [tile+256];", "outside of shared memory")]
    [TestCase("st.global.u32 [%out], %r1;", "an undefined value is written")]
    [TestCase("ld.shared.u32 %r1, [tile]; st.global.u32 [%out], %r1;", "an undefined value is written")]
    [TestCase("ld.global.u32 %r1, [%rd5];", "the address is undefined")]
    [TestCase("add.u32 %r2, %r1, 1; setp.eq.u32 %p0, %r2, 0; @%p0 bra end; end: ret;", "the guard is undefined")]
    [TestCase("div.u32 %r1, 7, %r0; st.global.u32 [%out], %r1;", "an undefined value is written")]
    [TestCase("ld.global.nc.u32 %r1, [%out]; st.global.u32 [%out], %r1;", "through the read-only cache")]
    [TestCase("bar.sync 16;", "there is no barrier 16")]
    [TestCase("trap;", "gave up")]
    [TestCase("cp.async.ca.shared.global [tile], [%out], 4; cp.async.commit_group; ld.shared.u32 %r1, [tile];", "not waited for")]
    [TestCase(
        "cp.async.ca.shared.global [tile], [%out], 4; cp.async.commit_group; cp.async.wait_group 1; ld.shared.u32 %r1, [tile];",
        "not waited for")]
    [TestCase("shfl.sync.down.b32 %r1, %r0, 1, 31, -1; st.global.u32 [%out], %r1;", "an undefined value is written")]
    [TestCase("shfl.sync.down.b32 %r1, %r0, 1, 31, 2;", "lacks the lane itself")]
    [TestCase("loop: bra loop;", "does not end")]
    public void WhatIsUndefinedIsAFault(string statements, string reason)
    {
        var fault = Assert.Throws<PtxFaultException>(() => Run(statements))!;
        Assert.That(fault.Message, Does.Contain(reason).And.Contain($"line {FirstLine}").And.Contain("thread (0, 0, 0)"));
    }

    [TestCase(
        "mul.lo.u32 %r2, %r0, 4; mov.u32 %r3, tile; add.u32 %r3, %r3, %r2; st.shared.u32 [%r3], %r0; xor.b32 %r2, %r2, 4; mov.u32 %r3, " +
            "tile; add.u32 %r3, %r3, %r2; ld.shared.u32 %r4, [%r3];",
        "thread 1 writes between the same barriers")]
    [TestCase("st.shared.u32 [tile], %r0;", "writes what thread 0 writes")]
    [TestCase("setp.eq.u32 %p0, %r0, 0; @%p0 bar.sync 0;", "")]
    [TestCase("setp.eq.u32 %p0, %r0, 0; @%p0 bra one; bar.sync 0; bra end; one: bar.sync 0; end: ret;", "diverge")]
    [TestCase("setp.eq.u32 %p0, %r0, 0; @%p0 bra one; shfl.sync.idx.b32 %r1, %r0, 0, 31, -1; one: bar.warp.sync -1;", "diverge")]
    public void ThreadsThatDisturbEachOtherAreAFault(string statements, string reason)
    {
        if (reason.Length == 0)
        {
            // Lanes that have left or whose guard fails do not take part; the others may go on.
            Assert.That(() => Run(statements, threads: 2), Throws.Nothing);
            return;
        }

        Fails.With<PtxFaultException>(() => Run(statements, threads: 2), reason);
    }

    [TestCase("st.global.u32 [%out], %r0;", "writes global memory that thread 0 of group 0 writes between the same barriers, at line 15")]
    [TestCase(
        "mul.wide.u32 %rd0, %r0, 4; add.u64 %rd1, %out, %rd0; st.global.u32 [%rd1], %r0; xor.b32 %r1, %r0, 1; mul.wide.u32 %rd0, %r1, 4; " +
            "add.u64 %rd1, %out, %rd0; ld.global.u32 %r2, [%rd1];",
        "reads global memory that thread 1 of group 0 writes")]
    [TestCase(
        "ld.global.u32 %r2, [%out]; setp.eq.u32 %p0, %r0, 1; @%p0 st.global.u32 [%out], %r0;",
        "writes global memory that thread 0 of group 0 reads")]
    [TestCase("atom.global.add.u32 %r2, [%out], 1; ld.global.u32 %r1, [%out];", "reads global memory that thread 1 of group 0 updates")]
    public void ThreadsOfAWarpThatRaceInGlobalMemoryAreAFault(string statements, string reason)
    {
        var fault = Assert.Throws<PtxFaultException>(() => Run(statements, threads: 2))!;
        Assert.That(fault.Message, Does.Contain(reason));
    }

    [TestCase("setp.eq.u32 %p0, %r0, 40; @%p0 st.global.u32 [%out], %r0; bar.sync 0; ld.global.u32 %r1, [%out];", 64, 1, null)]
    [TestCase(
        "setp.eq.u32 %p0, %r0, 40; @%p0 st.global.u32 [%out], %r0; bar.warp.sync -1; ld.global.u32 %r1, [%out];", 64, 1,
        "thread 0 of group 0 reads")]
    [TestCase("setp.eq.u32 %p0, %r0, 3; @%p0 st.global.u32 [%out], %r0; bar.warp.sync -1; ld.global.u32 %r1, [%out];", 32, 1, null)]
    [TestCase("ld.global.u32 %r1, [%out]; bar.warp.sync -1; setp.eq.u32 %p0, %r0, 3; @%p0 st.global.u32 [%out], %r0;", 32, 1, null)]
    [TestCase(
        "ld.global.u32 %r1, [%out]; bar.warp.sync -1; setp.eq.u32 %p0, %r0, 3; @%p0 st.global.u32 [%out], %r0;", 33, 1,
        "reads global memory that thread 3 of group 0 writes")]
    [TestCase("red.global.add.u32 [%out], 1;", 64, 3, null)]
    [TestCase("red.global.add.u32 [%out], 1; ld.volatile.global.u32 %r1, [%out];", 64, 3, null)]
    [TestCase(
        "ld.global.u32 %r1, [%out]; setp.eq.u32 %p0, %r0, 1; mov.u32 %r2, %ctaid.x; mul.wide.u32 %rd0, %r2, 4; add.u64 %rd0, %out, %rd0; " +
            "@%p0 bra end; st.global.u32 [%rd0+4], %r0; end: ret;",
        2, 3, null)]
    [TestCase(
        "mov.u32 %r2, %ctaid.x; setp.eq.u32 %p0, %r2, 2; ld.global.u32 %r1, [%out]; bar.sync 0; @%p0 st.global.u32 [%out], %r0;", 1, 3,
        "reads in the same launch")]
    [TestCase("st.global.u32 [%out], 7;", 1, 2, "writes in the same launch")]
    [TestCase("mov.u32 %r2, %ctaid.x; cvt.u64.u32 %rd0, %r2; add.u64 %rd0, %out, %rd0; st.global.u8 [%rd0], %r2;", 1, 4, null)]
    [TestCase("st.global.u32 [%out], 7; membar.gl; red.global.add.u32 [%out+4], 1;", 1, 2, null)]
    public void GlobalMemoryIsOrderedByBarriersOnly(string statements, int threads, int groups, string? reason)
    {
        if (reason is null)
        {
            Assert.That(() => Run(statements, threads, groups: groups), Throws.Nothing);
        }
        else
        {
            Fails.With<PtxFaultException>(() => Run(statements, threads, groups: groups), reason);
        }
    }

    [TestCase("shl.b32 %r1, 1, 33;", 0u)]
    [TestCase("mov.u32 %r2, -8; shr.s32 %r1, %r2, 40;", uint.MaxValue)]
    [TestCase("mov.f32 %f0, 0f7F800001; add.f32 %f1, %f0, 0f3F800000; mov.b32 %r1, %f1;", 0x7FFFFFFFu)]
    [TestCase("mov.f32 %f0, 0f00000001; mul.f32 %f1, %f0, 0f3F800000; mov.b32 %r1, %f1;", 1u)]
    [TestCase("mov.f32 %f0, 0f00000001; mul.ftz.f32 %f1, %f0, 0f3F800000; mov.b32 %r1, %f1;", 0u)]
    [TestCase("mov.f32 %f0, 0f7FC00000; min.f32 %f1, %f0, 0f40000000; mov.b32 %r1, %f1;", 0x40000000u)]
    [TestCase("mov.f32 %f0, 0f7FC00000; min.NaN.f32 %f1, %f0, 0f40000000; mov.b32 %r1, %f1;", 0x7FFFFFFFu)]
    [TestCase("mov.f32 %f0, 0f4F800000; cvt.rzi.s32.f32 %r1, %f0;", 0x7FFFFFFFu)]
    [TestCase("mov.f32 %f0, 0fBF800000; cvt.rzi.u32.f32 %r1, %f0;", 0u)]
    [TestCase("mov.f32 %f0, 0f40200000; cvt.rni.s32.f32 %r1, %f0;", 2u)]
    [TestCase("mov.u32 %r2, 511; cvt.s32.s8 %r1, %r2;", uint.MaxValue)]
    [TestCase("mov.u32 %r2, 0xF0; bfe.s32 %r1, %r2, 4, 4;", uint.MaxValue)]
    [TestCase("mov.u32 %r2, 0x80000001; shf.l.wrap.b32 %r1, %r2, %r2, 1;", 3u)]
    [TestCase("mov.u32 %r2, 0x12345678; lop3.b32 %r1, %r2, %r2, %r2, 0x0F;", 0xEDCBA987u)]
    [TestCase("mov.f32 %f0, 0f3F801000; cvt.rna.tf32.f32 %r1, %f0;", 0x3F802000u)]
    [TestCase("mov.f32 %f0, 0f3F808000; cvt.rn.bf16x2.f32 %r1, %f0, 0f3F800000;", 0x3F803F80u)]
    [TestCase("cp.async.ca.shared.global [tile], [%out], 8, 4; cp.async.wait_all; ld.shared.u32 %r1, [tile+4];", 0u)]
    public void ResultsAreTheManuals(string statements, uint expected) =>
        Assert.That(Run(statements + " st.global.u32 [%out], %r1;")[0], Is.EqualTo(expected));

    [Test]
    public void IndexedBranchesChooseTheirTarget()
    {
        const string Body =
            "mul.wide.u32 %rd0, %r0, 4; add.u64 %out, %out, %rd0; targets: .branchtargets zero, one, two; brx.idx %r0, targets;"
            + " zero: mov.u32 %r1, 10; bra end; one: mov.u32 %r1, 20; bra end; two: mov.u32 %r1, 30; end: st.global.u32 [%out], %r1;";
        Assert.That(Run(Body, threads: 3)[..3], Is.EqualTo(new uint[] { 10, 20, 30 }));
        Fails.With<PtxFaultException>(() => Run(Body, threads: 4), "index 3 is beyond 3 targets");
    }

    [Test]
    public void VotesAndReductionsAreTheWarps()
    {
        const string Body =
            "setp.lt.u32 %p0, %r0, 3; vote.sync.ballot.b32 %r1, %p0, -1; redux.sync.add.u32 %r2, %r0, -1; bar.red.popc.u32 %r3, 0, %p0;"
            + " setp.eq.u32 %p1, %r0, 0; @%p1 st.global.v2.u32 [%out], {%r1, %r2}; @%p1 st.global.u32 [%out+8], %r3;";
        Assert.That(Run(Body, threads: 5)[..3], Is.EqualTo(new uint[] { 7, 10, 3 }));
    }
}
