namespace IlgpuGan.Tensors.Devices.Gpu.Measuring;

/// <summary>A launch, and what it costs at least.</summary>
/// <param name="Kernel">as <see cref="KernelCatalog"/> names it</param>
/// <param name="Groups">groups of threads</param>
/// <param name="Threads">threads of a group</param>
/// <param name="Flops">two for each multiply-add of a product; 0 for other kernels, whose time is their traffic's</param>
/// <param name="Bytes">each array moved once</param>
/// <param name="Precision">what a product's factors are rounded to</param>
public readonly record struct ModelledLaunch(string Kernel, long Groups, int Threads, long Flops, long Bytes, ProductPrecision Precision)
{
    /// <summary>Seconds on a card that is as fast as its data sheet says.</summary>
    public double Floor(GpuCard card) => Math.Max(Flops / card.Peak(Precision), Bytes / card.BytesPerSecond);

    /// <summary>The same with the multiprocessors idle that get no group.</summary>
    public double Filled(GpuCard card) => Floor(card) / Math.Min(1, (double)Groups / card.Multiprocessors);
}
