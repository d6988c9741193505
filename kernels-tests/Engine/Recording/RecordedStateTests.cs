using System.Reflection;
using System.Runtime.CompilerServices;
using IlgpuGan.Models.Interop;
using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Checkpoints;
using IlgpuGan.Tensors.Devices.Recording;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Optim;

namespace IlgpuGan.EngineTests.Recording;

/// <summary>
/// A recorded step repeats what its code does, or refuses it. <c>fixtures/state.txt</c> says so of each public setter, void method and
/// method that returns its object: <c>repeated</c>, the state after each run is that of eager code; <c>refused</c>, an error says what to
/// do; <c>no state</c>, steps compute nothing from what it changes, for the reason behind it.
/// </summary>
internal sealed class RecordedStateTests() : OnCpu(threads: 1)
{
    private static readonly Dictionary<string, string[]> s_claims = File
        .ReadLines(Path.Combine(AppContext.BaseDirectory, "Recording", "fixtures", "state.txt"))
        .Select(line => line.Split(" | ")).ToDictionary(row => row[0], row => row[1..]);

    /// <summary>The members in the code of a step, before it trains.</summary>
    private static readonly Dictionary<string, Action<Parts>> s_uses = new()
    {
        ["Tensor.RequiresGrad ="] = p => p.Scale.RequiresGrad = false,
        ["Tensor.ClearGradient()"] = p => p.Scale.ClearGradient(),
        ["Tensor.Backward()"] = p => p.Loss().Backward(),
        ["Differentiation.Backward(Tensor, Boolean)"] = p => Differentiation.Backward(p.Loss()),
        ["Tensor.CopyFrom(Tensor)"] = p => p.Scale.CopyFrom(p.Scale * 2),
        ["Tensor.Dispose()"] = p => p.Scale.Dispose(),
        ["Module.Dispose()"] = p => p.Network.Dispose(),
        ["Module.ClearGradients()"] = p => p.Network.ClearGradients(),
        ["Module.Random ="] = p => p.Network.Random = p.Random,
        ["Module.RequiresGrad ="] = p => p.Network[0].RequiresGrad = false,
        ["ModuleTensor.RequiresGrad ="] = p => p.First.Weight.RequiresGrad = false,
        ["Modules.Eval(T)"] = p => p.Network.Eval(),
        ["Modules.Train(T)"] = p => p.Network.Train(),
        ["Adam.Beta1 ="] = p => p.Adam.Beta1 = 0.3f,
        ["Adam.Beta2 ="] = p => p.Adam.Beta2 = 0.4f,
        ["Optimizer.LearningRate ="] = p => p.Adam.LearningRate = 0.01f,
        ["ParameterGroup.RateFactor ="] = p => p.Adam.Groups[0].RateFactor = 0.5f,
        ["Optimizer.Accumulate(Tensor, Single)"] = p => p.Adam.Accumulate(p.Loss(), 0.5f),
        ["Optimizer.ClearGradients()"] = p => p.Adam.ClearGradients(),
        ["Optimizer.Dispose()"] = p => p.Adam.Dispose(),
        ["Optimizer.FinishStep(Tensor)"] = p => p.Adam.FinishStep(p.Loss()),
        ["Optimizer.Minimize(Tensor)"] = p => p.Adam.Minimize(p.Loss()),
        ["Optimizer.Step()"] = p =>
        {
            p.Loss().Backward();
            p.Adam.Step();
        },
        ["Optimizer.StepAccumulated()"] = p =>
        {
            p.Adam.Accumulate(p.Loss());
            p.Adam.StepAccumulated();
        },
        ["WeightAverage.Decay ="] = p => p.Average.Decay = 0.1f,
        ["WeightAverage.Follow(Func`2)"] = p => p.Average.Follow(name => name == "0.bias"),
        ["WeightAverage.Update()"] = p => p.Average.Update(),
        ["StepNumber.Dispose()"] = p => p.Number.Dispose(),
        ["GanModel.LearningRate ="] = p => p.Model.LearningRate = 0.3f,
        ["Tensor.Keep()"] = p => p.Loss().Keep(),
        ["Tensor.CopyFrom(ReadOnlySpan`1)"] = p => p.Scale.CopyFrom(new float[] { 1, 2 }),
        ["Tensor.CopyFrom(ReadOnlyTensorSpan`1&)"] = p => p.Scale.CopyFrom(System.Numerics.Tensors.Tensor.Create(new float[] { 1, 2 })),
        ["Tensor.CopyTo(Span`1)"] = p => p.Scale.CopyTo(new float[2]),
        ["Tensor.CopyTo(TensorSpan`1&)"] = p => p.Scale.CopyTo(System.Numerics.Tensors.Tensor.Create(new float[2])),
        ["Device.Dispose()"] = p => p.Device.Dispose(),
        ["Device.Download(DeviceSpan, Span`1)"] = p => p.Device.Download(p.Scale.Span, new float[2]),
        ["Device.Upload(ReadOnlySpan`1, DeviceSpan)"] = p => p.Device.Upload(new float[2], p.Scale.Span),
        ["Device.Precision ="] = p => p.Device.Precision = ProductPrecision.Fp32,
        ["Device.Tuning ="] = p => p.Device.Tuning = TuningMode.FirstUse,
        ["IKernels.Hold(DeviceSpan)"] = p => p.Device.Kernels.Hold(p.Scale.Span),
        ["StateDict.CopyState(Module, Module, String, String)"] = p => p.Network.CopyState(p.Network, "file", ""),
        ["StateDict.Load(ModuleTensor, TensorFile, String, Action)"] = p => p.First.Weight.Load(p.File, "0.weight", () => { }),
        ["StateDict.LoadState(Module, TensorFile, String, Action`1)"] = p => p.Network.LoadState(p.File),
        ["TrainingState.Add(String, Module)"] = p => p.State.Add("more", p.Network),
        ["TrainingState.Add(String, Optimizer)"] = p => p.State.Add("more", p.Adam),
        ["TrainingState.Add(String, RandomState)"] = p => p.State.Add("more", p.Random),
        ["TrainingState.Add(String, Tensor)"] = p => p.State.Add("more", p.Scale),
        ["TrainingState.Add(String, WeightAverage)"] = p => p.State.Add("more", p.Average),
        ["TrainingState.Load(String)"] = p => p.State.Load(p.StatePath),
        ["TrainingState.Save(String)"] = p => p.State.Save(p.StatePath),
        ["TrainingState.Step ="] = p => p.State.Step++,
        ["StepNumber.Value ="] = p => p.Number.Value = 2,
        ["Modules.Initialize(T, UInt64, Initialization, Single, Func`2)"] = p => p.Network.Initialize(seed: 2),
        ["Modules.To(T, Device)"] = p => new Linear(2, 2).To(p.Device),
        ["ModuleTensor.Initialize(Action`1)"] = p => p.First.Weight.Initialize(_ => { }),
        ["RandomState.Draws ="] = p => p.Random.Draws = 3,
        ["RandomState.Step ="] = p => p.Random.Step = 3,
        ["Sequential.Append(Layer)"] = p => p.Network.Append(new Relu()),
        ["Optimizer.LoadState(Func`2)"] = p => p.Adam.LoadState(_ => null),
        ["Optimizer.Restart()"] = p => p.Adam.Restart(),
        ["WeightAverage.LoadState(Func`2)"] = p => p.Average.LoadState(_ => new float[4]),
        ["WeightAverage.Restart()"] = p => p.Average.Restart(),
        ["RandomSequence.Shuffle(Span`1)"] = p => p.Sequence.Shuffle<int>([1, 2, 3]),
        ["ImagePool.Restore(IReadOnlyList`1)"] = p => p.Pool.Restore([]),
        ["NetworkExporter.ToPth(Module, String, ExportSettings)"] = p => NetworkExporter.ToPth(p.Network, p.StatePath),
        ["NetworkExporter.ToSafetensors(Module, String, ExportSettings)"] = p => NetworkExporter.ToSafetensors(p.Network, p.StatePath),
    };

    private static IEnumerable<string> Used => s_uses.Keys;

    [Test]
    public void EachMemberHasARow() => Assert.That(s_claims.Keys, Is.EquivalentTo(Members()));

    /// <summary>What no test runs has a reason.</summary>
    [Test]
    public void EachRowSaysWhy() => Assert.That(
        s_claims.Where(row => row.Value is not (["repeated" or "refused"] or ["repeated" or "refused" or "no state", _])
            || row.Value.Length == 1 != s_uses.ContainsKey(row.Key)), Is.Empty);

    [TestCaseSource(nameof(Used))]
    public void ARowIsTrue(string member)
    {
        var recorded = Run(member, isEager: false);
        Assert.That(recorded, s_claims[member] is ["refused"]
            ? Has.All.StartsWith("RecordingException: a step that is being recorded ")
            : Is.EqualTo(Run(member, isEager: true)));
    }

    /// <returns>what each of four runs leaves, or its failure; before each, the host sets what it can in another way</returns>
    private List<string> Run(string member, bool isEager)
    {
        using var parts = new Parts(_device, member.StartsWith("GanModel", StringComparison.Ordinal));
        var recorded = 0;
        using var step = new RecordedStep(_device, inputs =>
        {
            recorded++;
            parts.Input = inputs[0];
            s_uses[member](parts);
            var loss = parts.Loss();
            parts.Adam.Minimize(loss);
            parts.Average.Update();
            parts.Scale.ClearGradient();
            return [loss];
        })
        {
            Eager = isEager,
        };
        var states = new List<string>();
        using var x = Tensor.Uniform(new RandomKey(1, 2, 3, 4), [3, 2], _device);
        for (var run = 0; run < 4; run++)
        {
            var failure = "";
            parts.Disturb();
            try
            {
                failure = $"{step.Run(x)[0].Item():R}";
            }
            catch (Exception e) when (e is RecordingException or ObjectDisposedException or AutodiffException)
            {
                failure = $"{e.GetType().Name}: {e.Message}";
            }

            states.Add($"{failure} {parts}");
        }

        Assert.That(isEager || recorded < 4 || states[3].Contains("Exception: "), Is.True, "the step was never replayed");
        return states;
    }

    private static List<string> Members() =>
    [
        .. from assembly in new[] { typeof(Tensor).Assembly, typeof(GanModel).Assembly }
           from type in assembly.GetExportedTypes()
           where !type.Name.Contains('<')
           from method in type.GetMethods(
               BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
           where ChangesState(method)
           select $"{type.FullName![(type.Namespace!.Length + 1)..]}." + (method.IsSpecialName
               ? $"{method.Name[4..]} ="
               : $"{method.Name}({string.Join(", ", method.GetParameters().Select(p => p.ParameterType.Name))})"),
    ];

    /// <summary>A setter but for those of objects in the making, a method without a result, or one that may return its object.</summary>
    private static bool ChangesState(MethodInfo method)
    {
        var (result, parameters) = (method.ReturnType, method.GetParameters());
        return result == typeof(void)
            ? method.IsSpecialName
                ? !method.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit))
                : !method.IsDefined(typeof(CompilerGeneratedAttribute))
            : !method.IsSpecialName && !method.IsDefined(typeof(CompilerGeneratedAttribute)) && (method.IsStatic
                ? result.IsGenericParameter && method.IsDefined(typeof(ExtensionAttribute)) && parameters[0].ParameterType == result
                : result == method.DeclaringType && !result.IsValueType);
    }

    /// <summary>What a step's code can reach.</summary>
    private sealed class Parts : IDisposable
    {
        private readonly GanModel? _model;

        public Parts(Device device, bool hasModel)
        {
            Device = device;
            Network = new Sequential(new Linear(2, 2), new Dropout(0.5f), new Linear(2, 2)).Initialize(seed: 1).To(device);
            Adam = new Adam(Network.Parameters, 0.1f);
            Average = new WeightAverage(Network.NamedTensors(), 0.5f);
            Number = new StepNumber(device, 1);
            Pool = new ImagePool(2, seed: 1, index: 0, device);
            Scale = Tensor.From([1, 2], [2], device).Keep();
            State = new TrainingState(device).Add("network", Network).Add("adam", Adam);
            StatePath = Path.Combine(TestFiles.Folder(), "state.safetensors");
            State.Save(StatePath);
            NetworkExporter.ToSafetensors(Network, StatePath + ".network");
            File = TensorFile.Open(StatePath + ".network");
            _model = hasModel ? GanModel.Create(TinyRun.Pix2Pix, device) : null;
        }

        public Device Device { get; }

        public Sequential Network { get; }

        public Linear First => (Linear)Network[0];

        public Adam Adam { get; }

        public WeightAverage Average { get; }

        public StepNumber Number { get; }

        public ImagePool Pool { get; }

        public Tensor Scale { get; }

        public TrainingState State { get; }

        public string StatePath { get; }

        public TensorFile File { get; }

        public RandomState Random { get; } = new(3);

        public RandomState Usual { get; } = new(1);

        public RandomSequence Sequence { get; } = new(default);

        public GanModel Model => _model!;

        public Tensor Input { get; set; } = null!;

        public Tensor Loss() => (Network.Forward(Input) * Scale * Number).Square().Mean();

        /// <summary>The host sets what code may set, too.</summary>
        public void Disturb()
        {
            Scale.RequiresGrad = true;
            Network.Train().RequiresGrad = true;
            Network.Random = Usual;
            (Adam.Beta1, Adam.Beta2, Adam.LearningRate, Adam.Groups[0].RateFactor) = (0.9f, 0.99f, 0.1f, 1);
            Average.Decay = 0.5f;
            _model?.LearningRate = 0.2f;
        }

        public override string ToString() =>
            $"{Scale.RequiresGrad} {Scale.IsUsable} {Scale.Gradient?.IsUsable} {Network.Training} {Network.Random!.Seed} {Random.Draws} " +
                $"{string.Join(' ', Network.NamedTensors().Select(t => t.Tensor.RequiresGrad))} {Adam.Beta1} {Adam.Beta2} " +
                $"{Adam.LearningRate} {Adam.Groups[0].RateFactor} {Adam.StepCount} {Average.Decay} {Average.UpdateCount} " +
                $"{_model?.LearningRate} {State.Step} {Numbers()}";

        public void Dispose()
        {
            File.Dispose();
            _model?.Dispose();
            Pool.Dispose();
        }

        private string Numbers()
        {
            var tensors = Network.NamedTensors().Where(t => t.Tensor.Device is not null).Select(t => t.Value)
                .Concat(Average.Averages.Select(a => a.Value)).Append(Scale);
            return string.Join(' ', tensors.Where(t => t.IsUsable).SelectMany(t => t.ToArray()));
        }
    }
}
