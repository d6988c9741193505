using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Benchmarks.Layers;

/// <summary>
/// A convolution layer of a network. <see cref="All"/> has the layers at 256² and batch 1; <see cref="SmallLayers"/> has those of the
/// small configurations.
/// </summary>
/// <param name="Name">network and position in it</param>
/// <param name="In">input channels</param>
/// <param name="Out">output channels</param>
/// <param name="Size">height and width of the input</param>
/// <param name="Kernel">height and width of the kernel</param>
/// <param name="Stride">step in both directions</param>
/// <param name="Pad">zeros on each side</param>
/// <param name="Transposed">a transposed convolution</param>
/// <param name="OutputPad">output padding of a transposed convolution</param>
/// <param name="Batch">batch size</param>
internal sealed record ConvolutionLayer(
    string Name, int In, int Out, int Size, int Kernel, int Stride, int Pad, bool Transposed = false, int OutputPad = 0, int Batch = 1)
{
    public static IReadOnlyList<ConvolutionLayer> All { get; } =
    [
        new("unet.down1", 3, 64, 256, 4, 2, 1),
        new("unet.down2", 64, 128, 128, 4, 2, 1),
        new("unet.down3", 128, 256, 64, 4, 2, 1),
        new("unet.down4", 256, 512, 32, 4, 2, 1),
        new("unet.down5", 512, 512, 16, 4, 2, 1),
        new("unet.down6", 512, 512, 8, 4, 2, 1),
        new("unet.down7", 512, 512, 4, 4, 2, 1),
        new("unet.down8", 512, 512, 2, 4, 2, 1),
        new("unet.up8", 512, 512, 1, 4, 2, 1, Transposed: true),
        new("unet.up7", 1024, 512, 2, 4, 2, 1, Transposed: true),
        new("unet.up6", 1024, 512, 4, 4, 2, 1, Transposed: true),
        new("unet.up5", 1024, 512, 8, 4, 2, 1, Transposed: true),
        new("unet.up4", 1024, 256, 16, 4, 2, 1, Transposed: true),
        new("unet.up3", 512, 128, 32, 4, 2, 1, Transposed: true),
        new("unet.up2", 256, 64, 64, 4, 2, 1, Transposed: true),
        new("unet.up1", 128, 3, 128, 4, 2, 1, Transposed: true),
        new("resnet.in7x7", 3, 64, 262, 7, 1, 0),
        new("resnet.down1", 64, 128, 256, 3, 2, 1),
        new("resnet.down2", 128, 256, 128, 3, 2, 1),
        new("resnet.block3x3", 256, 256, 66, 3, 1, 0),
        new("resnet.up1", 256, 128, 64, 3, 2, 1, Transposed: true, OutputPad: 1),
        new("resnet.up2", 128, 64, 128, 3, 2, 1, Transposed: true, OutputPad: 1),
        new("resnet.out7x7", 64, 3, 262, 7, 1, 0),
        new("d70.in6", 6, 64, 256, 4, 2, 1),
        new("d70.in3", 3, 64, 256, 4, 2, 1),
        new("d70.c4", 256, 512, 32, 4, 1, 1),
        new("d70.out", 512, 1, 31, 4, 1, 1),
        new("pixel.c1", 6, 64, 256, 1, 1, 0),
        new("pixel.c2", 64, 128, 256, 1, 1, 0),
        new("pixel.c3", 128, 1, 256, 1, 1, 0),
    ];

    public int OutSize => Transposed ? (Size - 1) * Stride - 2 * Pad + Kernel + OutputPad : (Size + 2 * Pad - Kernel) / Stride + 1;

    /// <summary>The convolution's geometry. A transposed convolution is the data gradient of the convolution with this geometry.</summary>
    public ConvGeometry Geometry => Transposed
        ? new ConvGeometry(Batch, Out, OutSize, In, new(Kernel, Stride, Pad, Dilation: 1), Size)
        : new ConvGeometry(Batch, In, Size, Out, new(Kernel, Stride, Pad, Dilation: 1), OutSize);
}
