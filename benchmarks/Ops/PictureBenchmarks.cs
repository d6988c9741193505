using BenchmarkDotNet.Attributes;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Imaging;
using IlgpuGan.Imaging.Jpeg;
using IlgpuGan.Imaging.Png;
using IlgpuGan.Models.Data;
using IlgpuGan.Tensors.Ops;
using StbImageSharp;

namespace IlgpuGan.Benchmarks.Ops;

/// <summary>
/// Decoding, beside StbImageSharp, encoding and resizing of a drawn picture, on one thread. <c>codecs</c> measures your own files, beside
/// Pillow.
/// </summary>
public class PictureBenchmarks : OpBenchmark
{
    private Image _image = null!;
    private byte[] _png = [];
    private byte[] _jpeg = [];

    /// <summary>Side in pixels.</summary>
    [Params(256, 1024)]
    public int Side { get; set; }

    /// <summary>The traffic is that of the decoded picture.</summary>
    internal override OpCost Cost(string method) => new(0, 3L * Side * Side);

    protected override void Prepare()
    {
        _image = new SyntheticFacades(1, Side).Draw(0).Photo;
        _png = PngEncoder.Encode(_image);
        _jpeg = JpegEncoder.Encode(_image, 90, ChromaSubsampling.Both);
    }

    [Benchmark(Baseline = true)]
    public Image DecodePng() => ImageFile.Load(_png);

    [Benchmark]
    public ImageResult DecodePngByStbImageSharp() => ImageResult.FromMemory(_png);

    [Benchmark]
    public Image DecodeJpeg() => ImageFile.Load(_jpeg);

    [Benchmark]
    public ImageResult DecodeJpegByStbImageSharp() => ImageResult.FromMemory(_jpeg);

    [Benchmark]
    public byte[] EncodePng() => PngEncoder.Encode(_image);

    [Benchmark]
    public byte[] EncodeJpeg() => JpegEncoder.Encode(_image, 90, ChromaSubsampling.Both);

    [Benchmark]
    public Image Resize() => _image.Resize(Side * 286 / 256, Side * 286 / 256);
}
