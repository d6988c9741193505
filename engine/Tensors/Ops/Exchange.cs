using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Tensors.Ops;

public static partial class TensorOps
{
    /// <summary>
    /// Exchanges an image with one of an image pool, controlled by words of the device's <see cref="Device.Numbers"/>. Not
    /// differentiable. See <see cref="ExchangeCall"/>.
    /// </summary>
    /// <param name="image">of any shape</param>
    /// <param name="pool">[slots, elements of a slot], changed in place</param>
    /// <param name="choice">index of the first of two words: the <see cref="ExchangeMode"/>, and the slot</param>
    /// <param name="shown">shape of the returned image: that of the image, or of the one in the slot</param>
    public static Tensor Exchange(this Tensor image, Tensor pool, int choice, Shape shown)
    {
        Given.Both(image, pool);
        var stride = pool.Shape[1];
        if (image.Count > stride || shown.Count > stride)
        {
            throw new ShapeException(
                $"exchange: the slots of a pool {pool.Shape} are too small for an image {image.Shape} and what is shown for it, {shown}");
        }

        pool.Overwrite("an exchange of images");
        var y = Tensor.Empty(shown, image.Device);
        image.Device.Kernels.Run(new ExchangeCall(image.Span, pool.Span, stride, choice, y.Span));
        return y;
    }
}
