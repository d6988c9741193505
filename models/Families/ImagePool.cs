using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices.Recording;
using IlgpuGan.Tensors.Samples;

namespace IlgpuGan.Models.Families;

/// <summary>
/// A history of fakes, which replace half of the new ones in a discriminator's input (Shrivastava et al. 2017). Until the pool is full it
/// stores and returns every image; from then on each image is returned as it is, or swapped with a stored one, with equal probability. The
/// random choices of a step are drawn before it and stored where kernels read them, so that replayed steps use new ones. For one thread at
/// a time, that of its device.
/// </summary>
/// <param name="size">number of stored images; with 0, all images pass unchanged</param>
/// <param name="seed">the run's seed</param>
/// <param name="index">of the pool in the run</param>
/// <param name="device">of the images</param>
public sealed class ImagePool(int size, ulong seed, uint index, Device device) : IDisposable
{
    private const int WordsOfChoice = 2;

    /// <summary>Shapes of the stored images, [1, C, H, W]; they differ if pictures keep their own size.</summary>
    private readonly List<Shape> _stored = [];

    /// <summary>For each image of a batch, the index of its first word, and the shape of the image returned for it.</summary>
    private readonly List<(int Word, Shape Shown)> _choices = [];

    /// <summary>[size, elements of the largest image]; null until an image is stored.</summary>
    private Tensor? _memory;

    /// <summary>Number of stored images.</summary>
    public int Count => _stored.Count;

    /// <summary>
    /// With split samples: the images of all samples of the step, including those of other ranks, pass through the pool in order. Null if
    /// batches are computed as a whole.
    /// </summary>
    internal SampleReduction? Samples { get; set; }

    /// <summary>Number of times that the stored images moved to new memory, which invalidates recorded steps.</summary>
    internal int Relocations { get; private set; }

    /// <summary>Draws the random choices for a step's images; call it before <see cref="Query"/>.</summary>
    /// <param name="step">the training step: with seed and index it determines the draws, so that a resumed run repeats them</param>
    /// <param name="fakes">shape of the step's fakes, [N, C, H, W]</param>
    /// <returns>whether all returned images have that shape, too</returns>
    public bool Draw(long step, Shape fakes)
    {
        KernelRecording.Current?.Refuse("draws the choices of an image pool", "draw them before the step");
        if (size == 0)
        {
            return true;
        }

        var image = fakes.With(0, 1);
        EnsureCapacity(image.Count);
        var random = new RandomSequence(new RandomKey(seed, RandomStream.ImagePool, (uint)step, index));
        var haveSameShape = true;
        for (var i = 0; i < (Samples?.Total ?? fakes[0]); i++)
        {
            if (i == _choices.Count)
            {
                _choices.Add((device.Numbers.Reserve(WordsOfChoice), image));
            }

            var shown = Draw(_choices[i].Word, image, random);
            _choices[i] = _choices[i] with { Shown = shown };
            haveSameShape &= shown == image;
        }

        return haveSameShape;
    }

    /// <summary>A discriminator's input for these fakes [N, C, H, W], detached from their graph.</summary>
    public Tensor Query(Tensor fakes)
    {
        var batch = fakes.Detach();
        if (size == 0)
        {
            return batch;
        }

        if (Samples is { } samples)
        {
            return samples.Exchange(batch, all => [.. all.Select(Shown)]);
        }

        var shown = new Tensor[batch.Shape[0]];
        for (var i = 0; i < shown.Length; i++)
        {
            using var image = batch.Slice(0, i, 1);
            shown[i] = Shown(image, i);
        }

        return shown.Length == 1 ? shown[0] : TensorOps.Concat(0, shown);

        Tensor Shown(Tensor image, int i) => image.Exchange(_memory!, _choices[i].Word, _choices[i].Shown);
    }

    /// <summary>The stored images, each [1, C, H, W]: views of the pool's memory, for use between steps.</summary>
    public IReadOnlyList<Tensor> Images()
    {
        using var constants = GradMode.NoGrad();
        return [.. _stored.Select((shape, slot) => _memory!.Slice(0, slot, 1).Slice(1, 0, (int)shape.Count).Reshape(shape))];
    }

    /// <summary>Replaces the stored images by copies of these.</summary>
    public void Restore(IReadOnlyList<Tensor> images)
    {
        KernelRecording.Current?.Refuse("restores an image pool", "do it before the step");
        _stored.Clear();
        if (images.Count == 0)
        {
            return;
        }

        EnsureCapacity(images.Max(image => image.Count));
        foreach (var image in images)
        {
            Store(image, _stored.Count);
            _stored.Add(image.Shape);
        }
    }

    public void Dispose()
    {
        _memory?.Dispose();
        _memory = null;
        _stored.Clear();
        _choices.ForEach(choice => device.Numbers.Release(choice.Word, WordsOfChoice));
        _choices.Clear();
    }

    /// <summary>Draws the choice for one image, and returns the shape of the image returned for it.</summary>
    private Shape Draw(int word, Shape image, RandomSequence random)
    {
        var (mode, slot, shown) = (ExchangeMode.PassOn, 0, image);
        if (_stored.Count < size)
        {
            (mode, slot) = (ExchangeMode.Store, _stored.Count);
            _stored.Add(image);
        }
        else if (random.NextSingle() > 0.5f)
        {
            (mode, slot) = (ExchangeMode.Swap, random.NextInt(size));
            (shown, _stored[slot]) = (_stored[slot], image);
        }

        device.Numbers[word] = (uint)mode;
        device.Numbers[word + 1] = (uint)slot;
        return shown;
    }

    /// <summary>Makes slots large enough for images of that many elements, and moves the stored images into them.</summary>
    private void EnsureCapacity(long elements)
    {
        if (_memory is { } memory && memory.Shape[1] >= elements)
        {
            return;
        }

        using var step = device.Step();
        var images = Images();
        var former = _memory;
        _memory = Tensor.Zeros(new Shape(size, checked((int)elements)), device).Keep();
        Relocations++;
        for (var slot = 0; slot < images.Count; slot++)
        {
            Store(images[slot], slot);
        }

        former?.Dispose();
    }

    private void Store(Tensor image, int slot)
    {
        using var place = _memory!.Slice(0, slot, 1).Slice(1, 0, (int)image.Count);
        device.Kernels.Run(new CopyCall(image.Span, place.Span));
    }
}
