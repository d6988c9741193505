using IlgpuGan.Tensors;

namespace IlgpuGan.Models.Data;

/// <summary>A batch on a device, numbers in [−1, 1].</summary>
/// <param name="A">what the generator reads, [N, C, H, W]</param>
/// <param name="B">what it should make (of the same scene only if the data are aligned), [N, C', H', W']</param>
/// <param name="Names">of the samples</param>
/// <param name="Epoch">0, 1, …</param>
public sealed record Pair(Tensor A, Tensor B, IReadOnlyList<string> Names, long Epoch) : IDisposable
{
    public void Dispose()
    {
        A.Dispose();
        B.Dispose();
    }
}
