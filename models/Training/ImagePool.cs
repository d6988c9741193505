using IlgpuGan.Models.Data;
using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Models.Training;

/// <summary>
/// Fakes of earlier steps, shown to a discriminator in place of half of the new ones (Shrivastava et al. 2017). Until it is full it
/// stores every image and hands it on; then each image is handed on as it is, or swapped against a stored one, with equal chances.
/// </summary>
/// <param name="size">images kept; 0 hands everything on</param>
/// <param name="seed">the run's seed</param>
/// <param name="index">which pool of the run</param>
public sealed class ImagePool(int size, ulong seed, uint index)
{
    private readonly List<Tensor> _images = [];

    /// <summary>The stored images, [1, C, H, W] each.</summary>
    public IReadOnlyList<Tensor> Images => _images;

    /// <summary>What a discriminator is to see for these fakes [N, C, H, W], cut from their history.</summary>
    /// <param name="step">the training step: with seed and pool it decides the draws, so that a resumed run repeats them</param>
    public Tensor Query(Tensor fakes, long step)
    {
        var batch = fakes.Detach();
        if (size == 0)
        {
            return batch;
        }

        var random = new RandomSequence(new RandomKey(seed, RandomStream.ImagePool, (uint)step, index));
        var shown = new Tensor[batch.Shape[0]];
        for (var i = 0; i < shown.Length; i++)
        {
            shown[i] = Exchange(shown.Length == 1 ? batch : batch.Slice(0, i, 1), random);
        }

        return shown.Length == 1 ? shown[0] : TensorOps.Concat(0, shown);
    }

    /// <summary>Replaces the stored images.</summary>
    public void Restore(IEnumerable<Tensor> images)
    {
        Clear();
        _images.AddRange(images.Select(image => image.Keep()));
    }

    public void Clear()
    {
        _images.ForEach(image => image.Dispose());
        _images.Clear();
    }

    private Tensor Exchange(Tensor image, RandomSequence random)
    {
        if (_images.Count < size)
        {
            _images.Add(image.Detach().Keep());
            return image;
        }

        if (random.NextSingle() <= 0.5f)
        {
            return image;
        }

        // The stored handle goes; the one that is handed out keeps the memory until the step ends.
        var slot = random.NextInt(size);
        var earlier = _images[slot].Detach();
        _images[slot].Dispose();
        _images[slot] = image.Detach().Keep();
        return earlier;
    }
}
