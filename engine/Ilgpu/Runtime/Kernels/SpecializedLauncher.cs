using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace ILGPU.Runtime;

/// <summary>
/// The launchers of a kernel with <see cref="SpecializedValue{T}"/> parameters: one compiled kernel for each combination of values seen,
/// found again by the bytes of the values.
/// </summary>
internal abstract class SpecializedLauncher
{
    private readonly Lock _gate = new();

    private ImmutableArray<(byte[] Values, Delegate Launcher)> _variants = [];

    /// <summary>The launcher for some values; compiled if they were never seen before.</summary>
    public unsafe Delegate Resolve(byte* values, int length)
    {
        var key = new ReadOnlySpan<byte>(values, length);
        return Find(key) ?? Add(key.ToArray());
    }

    protected static unsafe object Box<T>(byte[] values, int offset)
        where T : unmanaged => Unsafe.ReadUnaligned<T>(ref values[offset]);

    protected abstract Delegate Load(byte[] values);

    private Delegate? Find(ReadOnlySpan<byte> key)
    {
        foreach ((byte[] values, Delegate launcher) in _variants)
        {
            if (key.SequenceEqual(values))
            {
                return launcher;
            }
        }

        return null;
    }

    private Delegate Add(byte[] values)
    {
        lock (_gate)
        {
            if (Find(values) is { } present)
            {
                return present;
            }

            Delegate launcher = Load(values);
            _variants = _variants.Add((values, launcher));
            return launcher;
        }
    }
}

/// <inheritdoc/>
internal sealed class SpecializedLauncher<TDelegate> : SpecializedLauncher
    where TDelegate : Delegate
{
    private readonly KernelDefinition _definition;

    private readonly Func<KernelDefinition, Kernel> _load;

    private readonly int[] _parameters;

    private readonly Type[] _types;

    private SpecializedLauncher(KernelDefinition definition, int[] parameters, Func<KernelDefinition, Kernel> load)
    {
        _definition = definition;
        _parameters = parameters;
        _load = load;
        ParameterInfo[] all = definition.Method.GetParameters();
        _types = [.. parameters.Select(number => all[number].ParameterType.GetGenericArguments()[0])];
    }

    /// <param name="definition">The kernel, without values.</param>
    /// <param name="parameters">The numbers of its specialised parameters.</param>
    /// <param name="load">Loads the kernel with values.</param>
    public static TDelegate Create(KernelDefinition definition, int[] parameters, Func<KernelDefinition, Kernel> load) =>
        new SpecializedLauncher<TDelegate>(definition, parameters, load).Emit();

    protected override Delegate Load(byte[] values)
    {
        ImmutableDictionary<int, object>.Builder specialized = ImmutableDictionary.CreateBuilder<int, object>();
        int offset = 0;
        MethodInfo box = typeof(SpecializedLauncher).GetMethod(nameof(Box), BindingFlags.Static | BindingFlags.NonPublic)!;
        for (int i = 0; i < _parameters.Length; i++)
        {
            specialized[_parameters[i]] = box.MakeGenericMethod(_types[i]).Invoke(null, [values, offset])!;
            offset += RuntimeHelpers.SizeOf(_types[i].TypeHandle);
        }

        return LauncherEmitter.Create<TDelegate>(_load(_definition with { Specialized = specialized.ToImmutable() }));
    }

    private TDelegate Emit()
    {
        var signature = new LauncherSignature(_definition, typeof(TDelegate));
        var method = new DynamicMethod(
            $"Specialize {_definition}", typeof(void), [typeof(SpecializedLauncher), .. signature.Types], typeof(Kernel).Module,
            skipVisibility: true);
        ILGenerator il = method.GetILGenerator();
        LocalBuilder values = il.DeclareLocal(typeof(byte*));
        int length = _types.Sum(type => RuntimeHelpers.SizeOf(type.TypeHandle));
        il.Emit(OpCodes.Ldc_I4, length);
        il.Emit(OpCodes.Conv_U);
        il.Emit(OpCodes.Localloc);
        il.Emit(OpCodes.Stloc, values);
        int offset = 0;
        for (int i = 0; i < _parameters.Length; i++)
        {
            il.Emit(OpCodes.Ldloc, values);
            il.Emit(OpCodes.Ldc_I4, offset);
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Ldarga, (short)(signature.ArgumentOf(_parameters[i]) + 1));
            il.Emit(OpCodes.Ldobj, _types[i]);
            il.Emit(OpCodes.Unaligned, (byte)1);
            il.Emit(OpCodes.Stobj, _types[i]);
            offset += RuntimeHelpers.SizeOf(_types[i].TypeHandle);
        }

        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldloc, values);
        il.Emit(OpCodes.Ldc_I4, length);
        il.Emit(OpCodes.Call, typeof(SpecializedLauncher).GetMethod(nameof(Resolve))!);
        il.Emit(OpCodes.Castclass, typeof(TDelegate));
        for (int i = 0; i < signature.Types.Length; i++)
        {
            il.Emit(OpCodes.Ldarg, (short)(i + 1));
        }

        il.Emit(OpCodes.Callvirt, typeof(TDelegate).GetMethod("Invoke")!);
        il.Emit(OpCodes.Ret);
        return (TDelegate)method.CreateDelegate(typeof(TDelegate), this);
    }
}
