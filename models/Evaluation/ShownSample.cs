using System.Text.Json;
using System.Text.Json.Serialization;
using IlgpuGan.Imaging;

namespace IlgpuGan.Models.Evaluation;

/// <summary>A sample's pictures and scores, serialised for the exchange between ranks.</summary>
/// <param name="Score">null if pictures are not scored individually</param>
/// <param name="Pictures">the pictures, with 8 bits per channel</param>
internal sealed record ShownSample(ImageScore? Score, IReadOnlyList<Picture> Pictures)
{
    private static readonly JsonSerializerOptions s_json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>Serialises samples.</summary>
    public static byte[] Write(IReadOnlyList<ShownSample> samples)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        foreach (var (score, pictures) in samples)
        {
            writer.Write(JsonSerializer.Serialize(score, s_json));
            writer.Write(pictures.Count);
            foreach (var layers in pictures.Select(p => p.Layers))
            {
                writer.Write(layers.Count);
                foreach (var layer in layers)
                {
                    writer.Write(layer.Width);
                    writer.Write(layer.Height);
                    writer.Write(layer.Channels);
                    writer.Write(layer.Bytes);
                }
            }
        }

        writer.Flush();
        return bytes.ToArray();
    }

    /// <summary>Deserialises the output of <see cref="Write"/>.</summary>
    public static IEnumerable<ShownSample> Read(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes));
        while (reader.BaseStream.Position < bytes.Length)
        {
            var score = JsonSerializer.Deserialize<ImageScore>(reader.ReadString(), s_json);
            var pictures = new Picture[reader.ReadInt32()];
            for (var i = 0; i < pictures.Length; i++)
            {
                pictures[i] = ReadPicture(reader);
            }

            yield return new ShownSample(score, pictures);
        }
    }

    private static Picture ReadPicture(BinaryReader reader)
    {
        var layers = new Image[reader.ReadInt32()];
        for (var i = 0; i < layers.Length; i++)
        {
            var (width, height, channels) = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());
            layers[i] = new Image(width, height, channels, reader.ReadBytes(width * height * channels));
        }

        return new Picture(layers);
    }
}
