namespace IlgpuGan.Tensors.Ops;

public static partial class TensorOps
{
    /// <summary>
    /// Offers an image to a pool of earlier ones, as words of the device's <see cref="Devices.Device.Numbers"/> say; never differentiated.
    /// See <see cref="Devices.IKernels.Exchange"/>.
    /// </summary>
    /// <param name="image">of any shape</param>
    /// <param name="pool">[slots, elements of a slot], changed in place</param>
    /// <param name="choice">the first of two words: what to do (<see cref="Devices.ExchangeMode"/>), and the slot</param>
    /// <param name="shown">shape of what is shown: the image's own, or that of the image in the slot</param>
    public static Tensor Exchange(this Tensor image, Tensor pool, int choice, Shape shown)
    {
        var stride = pool.Shape[1];
        if (image.Count > stride || shown.Count > stride)
        {
            throw new ShapeException(
                $"exchange: the slots of a pool {pool.Shape} are too small for an image {image.Shape} and what is shown for it, {shown}");
        }

        var y = Tensor.Empty(shown, image.Device);
        image.Device.Kernels.Exchange(image.Span, pool.Span, stride, choice, y.Span);
        return y;
    }
}
