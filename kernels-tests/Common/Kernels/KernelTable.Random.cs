using IlgpuGan.TestsCommon.Reference;

namespace IlgpuGan.TestsCommon.Kernels;

internal static partial class KernelTable
{
    private static readonly RandomKey s_key = new(seed: 0x123456789ABCDEF0, stream: 5, step: 77, op: 3);

    private static IEnumerable<KernelCase> RandomRows() =>
    [
        // Every part of the key counts.
        .. Row(
            "uniform",
            [
                .. new[] { 1101, 33, 1, 3, 31, 1000, 70001 }.Select(n => (s_key, n)), (s_key with { Seed = s_key.Seed + 1 }, 64),
                (s_key with { Seed = s_key.Seed + (1ul << 32) }, 64), (s_key with { Stream = 6 }, 64), (s_key with { Step = 78 }, 64),
                (s_key with { Op = 4 }, 64),
            ],
            (a, s) => new UniformCall(s.Item1, a.Out(s.Item2)), (s, v) => [[.. v[0].Select((_, i) => Naive.Uniform(s.Item1, i))]],
            onGpus: s => s.Item2 is 1101 or 1000, timed: (s_key, 3 * 256 * 256)),
        .. Row(
            "normal", [1101, 1102, 1103, 33, 1, 3, 31, 1000, 70001], (a, n) => new NormalCall(s_key, a.Out(n)),
            (_, v) => [[.. v[0].Select((_, i) => Naive.Normal(s_key, i))]], 5e-7, n => n is >= 1000 and <= 1103, timed: 3 * 256 * 256),
        .. Row(
            "dropout", from n in new[] { 1101, 33, 1, 3, 31, 1000, 70001 } from p in new[] { 0.5f, 0, 0.3f, 1 } select (n, p),
            (a, s) => new DropoutCall(s_key, s.p, a.In(s.n), a.Out(s.n)),
            (s, v) => [[.. v[0].Select((x, i) => Naive.Uniform(s_key, i) >= s.p ? (float)x * (1 / (1 - s.p)) : 0)]],
                onGpus: s => s.n is 1101 or 1000, timed: (n: 512 * 8 * 8, p: 0.5f)),
    ];
}
