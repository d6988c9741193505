using System.Reflection;
using System.Reflection.Emit;
using ILGPU.Backends;

namespace ILGPU.Runtime;

/// <summary>
/// Writes the method behind a launcher delegate: it packs every leaf of every argument at its offset in a block on the stack and hands the
/// block to the kernel. Nothing is allocated per launch, and one emitter serves every number and type of arguments.
/// </summary>
internal static class LauncherEmitter
{
    private const BindingFlags Internals = BindingFlags.Instance | BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public;

    public static TDelegate Create<TDelegate>(Kernel kernel)
        where TDelegate : Delegate => (TDelegate)Create(kernel, typeof(TDelegate));

    /// <exception cref="ArgumentException">The delegate's parameters are not the kernel's.</exception>
    public static Delegate Create(Kernel kernel, Type delegateType)
    {
        var signature = new LauncherSignature(kernel.CompiledKernel.Definition, delegateType);
        var method = new DynamicMethod(
            $"Launch {kernel.Name}", typeof(void), [typeof(Kernel), .. signature.Types], typeof(Kernel).Module, skipVisibility: true);
        ILGenerator il = method.GetILGenerator();
        if (kernel.Promises is { } promises)
        {
            EmitFallback(il, promises, signature, delegateType, kernel.IsImplicit);
        }

        LocalBuilder block = il.DeclareLocal(typeof(byte*));
        il.Emit(OpCodes.Ldc_I4, Math.Max(kernel.Image.ArgumentBytes, 8));
        il.Emit(OpCodes.Conv_U);
        il.Emit(OpCodes.Localloc);
        il.Emit(OpCodes.Stloc, block);
        foreach (KernelParameter parameter in kernel.Image.Parameters)
        {
            EmitLeaf(il, block, parameter, signature);
        }

        EmitLaunch(il, block, signature, kernel.IsImplicit);
        EmitKeepAlive(il, signature);
        il.Emit(OpCodes.Ret);
        return method.CreateDelegate(delegateType, kernel);
    }

    /// <summary>Hands a launch that breaks a promise of the image to the launcher of the image without.</summary>
    private static unsafe void EmitFallback(
        ILGenerator il, LaunchPromises promises, LauncherSignature signature, Type delegateType, bool isImplicit)
    {
        LocalBuilder ranges = il.DeclareLocal(typeof(ViewRange*));
        il.Emit(OpCodes.Ldc_I4, promises.Views.Count * sizeof(ViewRange));
        il.Emit(OpCodes.Conv_U);
        il.Emit(OpCodes.Localloc);
        il.Emit(OpCodes.Stloc, ranges);
        for (int i = 0; i < promises.Views.Count; i++)
        {
            il.Emit(OpCodes.Ldloc, ranges);
            il.Emit(OpCodes.Ldc_I4, i * sizeof(ViewRange));
            il.Emit(OpCodes.Add);
            Type view = EmitAddressOfLeaf(il, promises.Views[i], signature);
            il.Emit(
                OpCodes.Call,
                typeof(LaunchArguments).GetMethod(nameof(LaunchArguments.RangeOf))!.MakeGenericMethod(view.GetGenericArguments()));
        }

        Label kept = il.DefineLabel();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldloc, ranges);
        EmitLengths(il, promises, signature);
        if (!isImplicit)
        {
            il.Emit(OpCodes.Ldarga, (short)(signature.Dimension + 1));
        }

        Type[] asked = isImplicit
            ? [typeof(ViewRange*), typeof(long)]
            : [typeof(ViewRange*), typeof(long), typeof(KernelConfig).MakeByRefType()];
        il.Emit(OpCodes.Call, typeof(Kernel).GetMethod(nameof(Kernel.KeepsPromises), Internals, asked)!);
        il.Emit(OpCodes.Brtrue, kept);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldtoken, delegateType);
        il.Emit(OpCodes.Call, typeof(Kernel).GetMethod(nameof(Kernel.FallbackLauncher), Internals)!);
        il.Emit(OpCodes.Castclass, delegateType);
        for (int i = 0; i < signature.Types.Length; i++)
        {
            il.Emit(OpCodes.Ldarg, (short)(i + 1));
        }

        il.Emit(OpCodes.Callvirt, delegateType.GetMethod("Invoke")!);
        il.Emit(OpCodes.Ret);
        il.MarkLabel(kept);
    }

    /// <summary>Leaves the bits of all promised lengths on the stack, as <see cref="LaunchPromises.Hold"/> wants them.</summary>
    private static void EmitLengths(ILGenerator il, LaunchPromises promises, LauncherSignature signature)
    {
        il.Emit(OpCodes.Ldc_I8, 0L);
        foreach (KernelParameter length in promises.Lengths)
        {
            Type view = EmitAddressOfLeaf(il, length, signature);
            il.Emit(
                OpCodes.Call,
                typeof(LaunchArguments).GetMethod(nameof(LaunchArguments.LengthOf))!.MakeGenericMethod(view.GetGenericArguments()));
            il.Emit(OpCodes.Or);
        }
    }

    private static void EmitLeaf(ILGenerator il, LocalBuilder block, KernelParameter parameter, LauncherSignature signature)
    {
        if (parameter.Kind is KernelParameterKind.Extent or KernelParameterKind.DynamicShared or KernelParameterKind.DynamicSharedLength)
        {
            return;
        }

        il.Emit(OpCodes.Ldloc, block);
        il.Emit(OpCodes.Ldc_I4, parameter.Offset);
        il.Emit(OpCodes.Add);
        Type leaf = EmitAddressOfLeaf(il, parameter, signature);
        switch (parameter.Kind)
        {
            case KernelParameterKind.ViewPointer:
                il.Emit(OpCodes.Ldarg_0);
                il.Emit(OpCodes.Ldc_I4, parameter.Alignment);
                EmitViewCall(il, nameof(LaunchArguments.PointerOf), leaf);
                break;
            case KernelParameterKind.ViewOffset:
                EmitViewCall(il, nameof(LaunchArguments.OffsetOf), leaf);
                break;
            case KernelParameterKind.ViewLength:
                EmitViewCall(il, nameof(LaunchArguments.LengthOf), leaf);
                break;
            default:
                il.Emit(OpCodes.Ldobj, leaf);
                il.Emit(OpCodes.Unaligned, (byte)1);
                il.Emit(OpCodes.Stobj, leaf);
                break;
        }
    }

    /// <summary>Leaves the address of the leaf on the stack and returns its type.</summary>
    private static Type EmitAddressOfLeaf(ILGenerator il, KernelParameter parameter, LauncherSignature signature)
    {
        int argument = signature.ArgumentOf(parameter.Argument);
        Type type = signature.Types[argument];
        il.Emit(OpCodes.Ldarga, (short)(argument + 1));
        foreach (FieldInfo field in parameter.Path)
        {
            il.Emit(OpCodes.Ldflda, field);
            type = field.FieldType;
        }

        if (parameter.Kind == KernelParameterKind.Scalar && parameter.Component > 0)
        {
            il.Emit(OpCodes.Sizeof, type);
            il.Emit(OpCodes.Ldc_I4, parameter.Component);
            il.Emit(OpCodes.Mul);
            il.Emit(OpCodes.Add);
        }

        return type;
    }

    private static void EmitViewCall(ILGenerator il, string name, Type viewType)
    {
        il.Emit(OpCodes.Call, typeof(LaunchArguments).GetMethod(name)!.MakeGenericMethod(viewType.GetGenericArguments()));
        il.Emit(OpCodes.Unaligned, (byte)1);
        il.Emit(OpCodes.Stind_I8);
    }

    private static void EmitLaunch(ILGenerator il, LocalBuilder block, LauncherSignature signature, bool isImplicit)
    {
        il.Emit(OpCodes.Ldarg_0);
        if (signature.HasStream)
        {
            il.Emit(OpCodes.Ldarg_1);
        }
        else
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Call, typeof(AcceleratorObject).GetProperty(nameof(AcceleratorObject.Accelerator))!.GetMethod!);
            il.Emit(OpCodes.Call, typeof(Accelerator).GetProperty(nameof(Accelerator.DefaultStream))!.GetMethod!);
        }

        short dimension = (short)(signature.Dimension + 1);
        if (isImplicit)
        {
            il.Emit(OpCodes.Ldarg, dimension);
            il.Emit(OpCodes.Call, typeof(Kernel).GetMethod(nameof(Kernel.ToExtent), Internals, [signature.Types[signature.Dimension]])!);
        }
        else
        {
            il.Emit(OpCodes.Ldarga, dimension);
        }

        il.Emit(OpCodes.Ldloc, block);
        il.Emit(
            OpCodes.Call, typeof(Kernel).GetMethod(isImplicit ? nameof(Kernel.LaunchImplicit) : nameof(Kernel.LaunchExplicit), Internals)!);
    }

    private static void EmitKeepAlive(ILGenerator il, LauncherSignature signature)
    {
        MethodInfo keepAlive = typeof(LaunchArguments).GetMethod(nameof(LaunchArguments.KeepAlive))!;
        for (int i = signature.Dimension + 1; i < signature.Types.Length; i++)
        {
            il.Emit(OpCodes.Ldarga, (short)(i + 1));
            il.Emit(OpCodes.Call, keepAlive.MakeGenericMethod(signature.Types[i]));
        }
    }
}
