"""What `transformers.Trainer` is told of a recipe."""

from __future__ import annotations

from pathlib import Path

import torch
from transformers import TrainingArguments

from stancelab.finetuning.device import choose_precision
from stancelab.finetuning.recipe import Recipe
from stancelab.finetuning.scoring import BEST


def training_arguments(
    recipe: Recipe, folder: Path, *, validated: bool, resumable: bool
) -> TrainingArguments:
    """Make the arguments of a training.

    Parameters
    ----------
    recipe : Recipe
        How.
    folder : Path
        Where checkpoints go.
    validated : bool
        Whether there are validation rows to choose the best epoch by.
    resumable : bool
        Whether checkpoints hold what a training can go on from, and not the weights alone.
    """
    precision = choose_precision(recipe.precision)
    every = "epoch" if validated or resumable else "no"
    arguments = TrainingArguments(
        output_dir=str(folder),
        num_train_epochs=recipe.epochs,
        learning_rate=recipe.learning_rate,
        warmup_steps=recipe.warmup,
        lr_scheduler_type="linear",
        max_grad_norm=1.0,
        bf16=precision == "bf16",
        fp16=precision == "fp16",
        use_cpu=not torch.cuda.is_available(),
        seed=recipe.seed,
        optim="adamw_torch_fused",
        eval_strategy="epoch" if validated else "no",
        save_strategy=every,
        save_only_model=not resumable,
        save_total_limit=2,
        load_best_model_at_end=validated,
        metric_for_best_model=BEST if validated else None,
        greater_is_better=True if validated else None,
        logging_nan_inf_filter=False,
        remove_unused_columns=False,
        dataloader_pin_memory=torch.cuda.is_available(),
        disable_tqdm=True,
        accelerator_config={"even_batches": False},  # TokenBudgetBatches makes them even itself
        ddp_find_unused_parameters=False,
        report_to="none",
        restore_callback_states_from_checkpoint=True,
    )
    # Several devices are for `accelerate launch`; one process alone would split its batches.
    arguments._n_gpu = min(arguments.n_gpu, 1)
    return arguments
