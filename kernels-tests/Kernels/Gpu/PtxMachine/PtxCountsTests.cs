using IlgpuGan.TestsCommon.PtxMachine;
using IlgpuGan.TestsCommon.PtxMachine.Execution;

namespace IlgpuGan.KernelsTests.Gpu.PtxMachine;

/// <summary>Sectors and bank conflicts of a warp, counted as a profiler counts them.</summary>
public sealed class PtxCountsTests
{
    [TestCase("shl.b32 %r1, %r0, 2;", "ld.global.f32 %f1, [%rd1];", 4, TestName = "{m}(neighbours)")]
    [TestCase("shl.b32 %r1, %r0, 5;", "ld.global.f32 %f1, [%rd1];", 32, TestName = "{m}(a sector each)")]
    [TestCase("mov.u32 %r1, 0;", "ld.global.f32 %f1, [%rd1];", 1, TestName = "{m}(the same for all)")]
    [TestCase("shl.b32 %r1, %r0, 4;", "ld.global.v4.f32 {%f1, %f2, %f3, %f4}, [%rd1];", 16, TestName = "{m}(fours)")]
    public void SectorsOfGlobalMemory(string index, string access, int sectors) =>
        Assert.That(Traffic(index, access), Is.EqualTo(new PtxTraffic(1, sectors, 0, 0, 0)));

    [TestCase("shl.b32 %r1, %r0, 2;", "st.shared.u32 [%rd2], %r0;", 0, TestName = "{m}(neighbours)")]
    [TestCase("shl.b32 %r1, %r0, 3;", "st.shared.u32 [%rd2], %r0;", 1, TestName = "{m}(every second)")]
    [TestCase("shl.b32 %r1, %r0, 7;", "st.shared.u32 [%rd2], %r0;", 31, TestName = "{m}(a column)")]
    [TestCase("mul.lo.u32 %r1, %r0, 132;", "st.shared.u32 [%rd2], %r0;", 0, TestName = "{m}(a column of longer rows)")]
    [TestCase("shl.b32 %r1, %r0, 4;", "st.shared.v4.u32 [%rd2], {%r0, %r0, %r0, %r0};", 0, TestName = "{m}(fours)")]
    public void ConflictsOfBanks(string index, string access, int conflicts) =>
        Assert.That(Traffic(index, access), Is.EqualTo(new PtxTraffic(0, 0, 1, conflicts, 0)));

    private static PtxTraffic Traffic(string index, string access)
    {
        var memory = new PtxGlobalMemory();
        var block = memory.Allocate(4096);
        var counts = new PtxCounts();
        PtxImage.Load(
            $$"""
            .version 8.0
            .target sm_80
            .address_size 64
            .visible .entry test(.param .u64 buffer)
            {
                .reg .b32 %r<4>;
                .reg .b64 %rd<4>;
                .reg .f32 %f<8>;
                .shared .align 16 .b8 tile[8192];
                ld.param.u64 %rd0, [buffer];
                mov.u32 %r0, %tid.x;
                {{index}}
                cvt.u64.u32 %rd3, %r1;
                add.u64 %rd1, %rd0, %rd3;
                mov.u64 %rd2, tile;
                add.u64 %rd2, %rd2, %rd3;
                {{access}}
                ret;
            }
            """, memory).Launch("test", BitConverter.GetBytes(block.Address), (1, 1, 1), (32, 1, 1), counts: counts);
        return counts.Total;
    }
}
