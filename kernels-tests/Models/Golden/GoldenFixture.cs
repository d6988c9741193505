using System.Text.Json;
using IlgpuGan.Models.Families.CycleGan;
using IlgpuGan.Models.Families.Pix2Pix;
using IlgpuGan.Models.Losses;
using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Formats.Safetensors;

namespace IlgpuGan.ModelsTests.Golden;

/// <summary>Five training steps as PyTorch took them: weights before and after, inputs, losses. Made by tools/fixtures/golden.</summary>
internal sealed class GoldenFixture : IDisposable
{
    private static readonly string s_folder = Path.Combine(AppContext.BaseDirectory, "Golden", "fixtures");

    private readonly SafetensorsFile _file;
    private readonly HashSet<string> _lostBiases;

    public GoldenFixture(string name)
    {
        _file = new SafetensorsFile(Path.Combine(s_folder, name + ".safetensors"));
        _lostBiases = [.. JsonSerializer.Deserialize<string[]>(_file.Metadata["lost_biases"])!];
        using var options = JsonDocument.Parse(_file.Metadata["options"]);
        (Options, Steps) = (OptionsOf(options.RootElement), options.RootElement.GetProperty("steps").GetInt32());
    }

    public static IEnumerable<string> Names =>
        Directory.EnumerateFiles(s_folder, "*.safetensors").Select(f => Path.GetFileNameWithoutExtension(f)!).Order();

    public TranslationOptions Options { get; }

    public int Steps { get; }

    public bool HasMix => _file.Contains("input.0.alpha");

    public IEnumerable<string> LossNames => _file.Entries.Where(e => e.Name.StartsWith("loss.")).Select(e => e.Name["loss.".Length..]);

    public float[] Loss(string name) => _file.Read($"loss.{name}").ToSingle();

    public Batch Input(int step, Device device) => Batch.OfPair(Tensor($"input.{step}.A", device), Tensor($"input.{step}.B", device));

    /// <summary>How a step's gradient penalty mixes real and fake: a number for each sample.</summary>
    public float[] Mix(int step) => _file.Read($"input.{step}.alpha").ToSingle();

    public void LoadInitial(GanModel trainer)
    {
        foreach (var (name, tensor) in NamedTensors(trainer))
        {
            tensor.Value.CopyFrom(_file.Read($"initial.{name}").ToSingle());
        }
    }

    /// <summary>Every tensor but the biases that a norm subtracts again, which drift without meaning: name, ours, PyTorch's.</summary>
    public IEnumerable<(string Name, float[] Ours, float[] Theirs)> Final(GanModel trainer) =>
        from named in NamedTensors(trainer)
        where !_lostBiases.Contains(named.Name)
        select (named.Name, named.Value.ToArray(), _file.Read($"final.{named.Name}").ToSingle());

    public int CountOfFinal => _file.Entries.Count(e => e.Name.StartsWith("final.")) - _lostBiases.Count;

    public void Dispose() => _file.Dispose();

    private static IEnumerable<NamedTensor> NamedTensors(GanModel trainer) =>
        trainer.Networks.SelectMany(n => n.Network.NamedTensors(n.Name + "."));

    private Tensor Tensor(string name, Device device)
    {
        var array = _file.Read(name);
        return IlgpuGan.Tensors.Tensor.From(array.ToSingle(), new Shape(Array.ConvertAll(array.Shape, e => (int)e)), device);
    }

    private static TranslationOptions OptionsOf(JsonElement o)
    {
        var preset = Text("model") == "pytorch-gan";
        TranslationOptions options = Text("model") == "pix2pix"
            ? new Pix2PixOptions { LambdaL1 = Or("lambda_l1", 100), Colorize = o.TryGetProperty("colorize", out _) }
            : (preset ? CycleGanOptions.PyTorchGan() : new CycleGanOptions()) with
            {
                PoolSize = Whole("pool_size"),
                LambdaA = preset ? Or("lambda_cyc", 0) : Or("lambda_a", 10), LambdaB = preset ? Or("lambda_cyc", 0) : Or("lambda_b", 10),
                LambdaIdentity = preset
                    ? o.GetProperty("lambda_id").GetSingle() / o.GetProperty("lambda_cyc").GetSingle()
                    : Fraction("lambda_identity"),
            };
        return options with
        {
            Generator = options is Pix2PixOptions
                ? GeneratorKind.UNet(Whole("num_downs"))
                : GeneratorKind.ResNet(Whole("blocks"), scaling: preset ? ScalingKind.Upsample : ScalingKind.Strided),
            Discriminator = preset ? DiscriminatorKind.Asymmetric : Text(
                "discriminator") == "pixel" ? DiscriminatorKind.Pixel : DiscriminatorKind.NLayers,
            NLayersD = Or("n_layers_d", 3),
            Norm = Enum.Parse<NormKind>(Text("norm"), ignoreCase: true),
            GanMode = Enum.Parse<GanMode>(Text("gan_mode"), ignoreCase: true),
            Ngf = Whole("ngf"), Ndf = Whole("ndf"), InputNc = Whole("input_nc"), OutputNc = Whole("output_nc"),
            Dropout = !o.GetProperty("no_dropout").GetBoolean(),
            Lr = o.GetProperty("lr").GetSingle(), Beta1 = o.GetProperty("beta1").GetSingle(),
            LambdaGp = Or("lambda_gp", 10), LambdaR1 = Fraction("lambda_r1"), LambdaR2 = Fraction("lambda_r2"),
        };

        string Text(string name) => o.GetProperty(name).GetString()!;
        int Whole(string name) => o.GetProperty(name).GetInt32();
        int Or(string name, int otherwise) => o.TryGetProperty(name, out var value) ? (int)value.GetDouble() : otherwise;
        float Fraction(string name) => o.TryGetProperty(name, out var value) ? value.GetSingle() : 0;
    }
}
