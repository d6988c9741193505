using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Devices.Recording;
using IlgpuGan.Tensors.Nn.Export;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Nn;

/// <summary>
/// A part of a network: tensors of its own, and child modules. Tensors are named as in a PyTorch state dict: own parameters, own buffers,
/// then the children in the order in which they were added. A subclass defines its forward with any signature; a module of one input and
/// one output derives from <see cref="Layer"/>.
/// </summary>
/// <remarks>
/// Tensors have no memory before <see cref="Modules.To{T}"/>, which draws weights as PyTorch does, where neither
/// <see cref="Modules.Initialize{T}"/> has drawn them nor a checkpoint has filled them. A forward should dispose its temporaries: the graph
/// keeps handles of the tensors that gradients need. For one thread at a time, that of its device.
/// </remarks>
public abstract class Module : IDisposable, IProfiled
{
    private readonly List<NamedTensor> _tensors = [];
    private readonly List<NamedModule> _children = [];
    private readonly Setting<RandomState?> _random = new(null);
    private readonly Setting<bool> _training = new(true);

    /// <summary>True (the default) in training mode: batch norm uses the batch's statistics, and dropout drops.</summary>
    public bool Training => _training.Value;

    /// <summary>Child modules in order, with their names.</summary>
    public IReadOnlyList<NamedModule> Children => _children;

    /// <inheritdoc cref="IProfiled.Profile"/>
    internal OpProfile? Profile { get; private set; }

    OpProfile? IProfiled.Profile
    {
        get => Profile;
        set => Profile = value;
    }

    /// <summary>Random state of dropout and noise, null before <see cref="Modules.Initialize{T}"/>; also sets that of children.</summary>
    public RandomState? Random
    {
        get => _random.Value;
        set
        {
            _random.Value = value;
            foreach (var (_, child) in _children)
            {
                child.Random = value;
            }
        }
    }

    /// <summary>The trained tensors under their state-dict keys; a tensor that is registered twice has its first key.</summary>
    public IEnumerable<NamedTensor> Parameters =>
        NamedTensors().Where(t => t.Tensor.Role == TensorRole.Parameter).DistinctBy(t => t.Tensor);

    /// <summary>Number of trained weights.</summary>
    public long ParameterCount => Parameters.Sum(p => p.Tensor.Shape.Count);

    /// <summary>Whether all parameters require gradients; set it to false to freeze the module.</summary>
    public bool RequiresGrad
    {
        get => Parameters.All(p => p.Tensor.RequiresGrad);
        set
        {
            foreach (var (_, tensor) in _tensors)
            {
                tensor.RequiresGrad = value;
            }

            foreach (var (_, child) in _children)
            {
                child.RequiresGrad = value;
            }
        }
    }

    /// <summary>
    /// All tensors, buffers included, under their state-dict keys and in state-dict order; a tensor registered twice has two keys.
    /// </summary>
    /// <param name="prefix">put before each key, for example <c>netG.</c></param>
    public IEnumerable<NamedTensor> NamedTensors(string prefix = "")
    {
        foreach (var (name, tensor) in _tensors)
        {
            yield return new NamedTensor(prefix + name, tensor);
        }

        foreach (var (name, child) in _children)
        {
            foreach (var tensor in child.NamedTensors($"{prefix}{name}."))
            {
                yield return tensor;
            }
        }
    }

    /// <summary>Disposes the gradients of all parameters.</summary>
    public void ClearGradients()
    {
        foreach (var parameter in Parameters)
        {
            parameter.Value.ClearGradient();
        }
    }

    /// <summary>Adds nodes to an ONNX graph that compute the forward in evaluation mode; returns the names of their outputs.</summary>
    /// <param name="graph">the graph</param>
    /// <param name="inputs">names of the module's inputs in the graph, in the order of its forward</param>
    /// <exception cref="ExportException">ONNX has no counterpart of the module</exception>
    public virtual IReadOnlyList<string> Export(GraphWriter graph, IReadOnlyList<string> inputs) => throw graph.HasNoCounterpart(this);

    /// <summary>
    /// Gives back the memory of its tensors and of its children's. Final: their values are an <see cref="ObjectDisposedException"/> from
    /// then on.
    /// </summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>A subclass with memory of its own beside its tensors and children gives that back, too.</summary>
    protected virtual void Dispose(bool disposing)
    {
        foreach (var (_, tensor) in _tensors)
        {
            tensor.Dispose();
        }

        foreach (var (_, child) in _children)
        {
            child.Dispose();
        }
    }

    internal void SetTraining(bool training)
    {
        _training.Value = training;
        foreach (var (_, child) in _children)
        {
            child.SetTraining(training);
        }
    }

    internal void MoveTo(Device device)
    {
        foreach (var (_, tensor) in NamedTensors())
        {
            tensor.MoveTo(device);
        }
    }

    /// <summary>Registers a child; a child registered twice has two names.</summary>
    protected T Add<T>(string name, T child)
        where T : Module
    {
        _children.Add(new NamedModule(name, child));
        child.Random = _random.Now ?? child.Random;
        return child;
    }

    protected ModuleTensor AddParameter(string name, Shape shape, InitialValue initial) =>
        Add(name, new ModuleTensor(shape, TensorRole.Parameter, initial));

    /// <summary>Registers a parameter that is initialised to a constant under every scheme.</summary>
    protected ModuleTensor AddParameter(string name, Shape shape, float constant) =>
        Add(name, new ModuleTensor(shape, TensorRole.Parameter, InitialValue.Constant, constant));

    protected ModuleTensor AddBuffer(string name, Shape shape, InitialValue initial) =>
        Add(name, new ModuleTensor(shape, TensorRole.Buffer, initial));

    protected ModuleTensor AddCounter(string name) => Add(name, new ModuleTensor(Shape.Scalar, TensorRole.Counter, InitialValue.Zero));

    /// <summary>Registers a tensor of a wrapped layer that is no child of this module.</summary>
    internal ModuleTensor Adopt(string name, ModuleTensor tensor) => Add(name, tensor);

    private ModuleTensor Add(string name, ModuleTensor tensor)
    {
        tensor.Owner = this;
        _tensors.Add(new NamedTensor(name, tensor));
        return tensor;
    }
}

/// <summary>A part of a network under its name there.</summary>
public readonly record struct NamedModule(string Name, Module Module);

/// <summary>Settings of whole networks, which return the network for chaining; and queries.</summary>
public static class Modules
{
    /// <summary>The module and all of its descendants, depth first.</summary>
    public static IEnumerable<Module> Descendants(this Module module) =>
        module.Children.SelectMany(c => c.Module.Descendants()).Prepend(module);

    /// <summary>
    /// Allocates all tensors on a device, or moves them there. Weights that were neither drawn nor loaded start as PyTorch's do
    /// (<see cref="Initialization.Default"/>, seed 0). Returns the module.
    /// </summary>
    public static T To<T>(this T module, Device device)
        where T : Module
    {
        Draw(module, 0, Initialization.Default, gain: 1, named => named.Tensor.IsUnset);
        module.MoveTo(device);
        return module;
    }

    /// <summary>Sets training mode: batch statistics, dropout. Returns the module.</summary>
    public static T Train<T>(this T module)
        where T : Module
    {
        module.SetTraining(true);
        return module;
    }

    /// <summary>Sets evaluation mode: running statistics if there are some, no dropout. Returns the module.</summary>
    public static T Eval<T>(this T module)
        where T : Module
    {
        module.SetTraining(false);
        return module;
    }

    /// <summary>Every module below this one, and itself, under its state-dict name: the layers of an <see cref="Ops.OpProfile"/>.</summary>
    /// <param name="module">the network</param>
    /// <param name="name">name of the network itself</param>
    public static Dictionary<object, string> LayerNames(this Module module, string name)
    {
        var names = new Dictionary<object, string>(ReferenceEqualityComparer.Instance);
        Add(module, name);
        return names;

        void Add(Module part, string path)
        {
            names[part] = path;
            foreach (var (key, child) in part.Children)
            {
                Add(child, $"{path}.{key}");
            }
        }
    }

    /// <summary>
    /// Draws all weights, sets biases to 0 (except under <see cref="Initialization.Default"/>), and gives the network a
    /// <see cref="RandomState"/> of the seed if it has none. A tensor's numbers depend on the seed and on its position in the network
    /// alone. Returns the module.
    /// </summary>
    /// <param name="module">the network</param>
    /// <param name="seed">the seed; give each network of a run its own</param>
    /// <param name="scheme">distribution of weights</param>
    /// <param name="gain">
    /// standard deviation for <see cref="Initialization.Normal"/> and <see cref="Initialization.TruncatedNormal"/>, the value for
    /// <see cref="Initialization.Constant"/>, a factor for Xavier and orthogonal; unused by Kaiming and the default
    /// </param>
    /// <param name="where">
    /// selects the tensors to initialise, such as those of a module added later; the others stay as they are. Null for all.
    /// </param>
    public static T Initialize<T>(
        this T module, ulong seed, Initialization scheme = Initialization.Normal, float gain = 0.02f, Func<NamedTensor, bool>? where = null)
        where T : Module
    {
        Draw(module, seed, scheme, gain, where);

        module.Random ??= new RandomState(seed);
        return module;
    }

    private static void Draw(Module module, ulong seed, Initialization scheme, float gain, Func<NamedTensor, bool>? where)
    {
        uint index = 0;
        ModuleTensor? weight = null;
        foreach (var named in module.NamedTensors().DistinctBy(t => t.Tensor))
        {
            var key = new RandomKey(seed, RandomStream.Initialization, 0, index++);
            var tensor = named.Tensor;
            weight = tensor.Initial == InitialValue.Drawn ? tensor : weight?.Owner == tensor.Owner ? weight : null;
            if (where is null || where(named))
            {
                tensor.Initialize(WeightInitializer.For(named, weight, scheme, gain, key));
            }
        }
    }
}
